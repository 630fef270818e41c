import { fileURLToPath } from "node:url";

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * What stands at `/` while the page is being built; it asks again by itself. By a script, because a refresh of an address with a
 * fragment, as share links have, goes to the fragment and asks nobody.
 */
const waiting = (said: string) =>
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<script>setTimeout(() => location.reload(), 2000);</script>
<title>Living Lytics</title>
<link rel="icon" href="data:,">
<body style="font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark; max-width: 32rem; margin: 20vh auto; padding: 0 24px">
<h1 style="font-size: 1.4rem">${said}</h1>
<p>This page comes by itself. The API answers already: <a href="/docs">its documentation</a>.</p>
</body>
</html>
`;

/** The page of the dashboard, built in the background where it is older than what it is made of. */
export interface Dashboard {
  /** The page, one of its files, or null where the path is none of both. */
  serve(request: Request): Promise<Response | null>;
  /** Begins to build what is stale; the first request for the page does too. */
  build(): void;
  stop(): void;
}

/** Serves the page that lies in `dashboard/` of a project, which is built first if it is stale; never waits for that. */
export function serveDashboard(root: string, log: (line: string) => void): Dashboard {
  const folder = `${root}/dashboard`;
  let state: "stale" | "building" | "ready" | "failed" | "absent" = "stale";
  let child: Deno.ChildProcess | undefined;
  const bring = async () => {
    if (await modified(`${folder}/index.html`) === null) return "absent";
    if (await isFresh(root)) return "ready";
    child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", fileURLToPath(new URL("../tools/dashboard_build.ts", import.meta.url))],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { success, stderr } = await child.output();
    child = undefined;
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return "ready";
  };
  const build = () => {
    if (state !== "stale") return;
    state = "building";
    bring().then((reached) => state = reached, (error: unknown) => {
      state = "failed";
      log(`The dashboard could not be built: ${error}`);
    });
  };
  return {
    async serve(request) {
      if (state === "absent" || request.method !== "GET") return null;
      const { pathname } = new URL(request.url);
      const file = /^\/([\w-]+\.(js|css|svg))$/.exec(pathname);
      if (file) return await fileOf(`${folder}/dist/${file[1]}`, file[2] ?? "");
      if (!request.headers.get("accept")?.includes("text/html")) return null;
      build();
      if (state === "ready") {
        const page = await fileOf(`${folder}/dist/index.html`, "html");
        if (page) return page;
      }
      const said = state === "failed"
        ? "The dashboard could not be built: the terminal says why"
        : "Building the dashboard…";
      return new Response(waiting(said), { headers: pageHeaders });
    },
    build,
    stop: () => child?.kill(),
  };
}

const pageHeaders = {
  "content-type": types["html"] ?? "",
  "cache-control": "no-cache",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};

async function fileOf(path: string, extension: string): Promise<Response | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (extension === "html") {
    const policy = /content-security-policy" content="([^"]+)"/.exec(text)?.[1] ?? "";
    const headers = { "content-security-policy": `${policy}; frame-ancestors 'none'` };
    return new Response(text, { headers: { ...pageHeaders, ...headers } });
  }
  return new Response(text, {
    headers: {
      "content-type": types[extension] ?? "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    },
  });
}

/** Whether what was built is younger than everything it is made of. */
async function isFresh(root: string): Promise<boolean> {
  const built = await modified(`${root}/dashboard/dist/index.html`);
  if (built === null) return false;
  for (const path of ["dashboard", "client", "tools/dashboard_build.ts"]) {
    if (await newest(`${root}/${path}`) > built) return false;
  }
  return true;
}

async function newest(path: string): Promise<number> {
  const info = await Deno.stat(path);
  if (!info.isDirectory) return info.mtime?.getTime() ?? 0;
  let latest = 0;
  for await (const entry of Deno.readDir(path)) {
    if (entry.name === "dist" || entry.name === "node_modules" || entry.name.startsWith(".")) {
      continue;
    }
    latest = Math.max(latest, await newest(`${path}/${entry.name}`));
  }
  return latest;
}

async function modified(path: string): Promise<number | null> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
