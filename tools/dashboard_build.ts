import { fileURLToPath } from "node:url";

const root = new URL("../dashboard/", import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, root));

/** The style sheets, in the order of their layers. */
const styles = ["base", "layout", "components"];

/**
 * Builds the page into dashboard/dist: a static site that any host serves, with every file but index.html named by its content.
 * `DASHBOARD_FUNCTIONS_URL` names the API where that has another origin, as `https://<ref>.supabase.co/functions`.
 */
if (import.meta.main) {
  const started = performance.now();
  await build(Deno.env.get("DASHBOARD_FUNCTIONS_URL") ?? "");
  console.log(`Built the page in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function build(functionsUrl: string): Promise<void> {
  const next = await Deno.makeTempDir({ dir: at("."), prefix: ".next-" });
  try {
    await bundle(next);
    const script = await named(next, "main.js", await Deno.readTextFile(`${next}/main.js`));
    await Deno.remove(`${next}/main.js`);
    const sheets = await Promise.all(
      styles.map((name) => Deno.readTextFile(at(`src/styles/${name}.css`))),
    );
    const style = await named(next, "style.css", smaller(sheets.join("\n")));
    const icon = await named(next, "icon.svg", await Deno.readTextFile(at("icon.svg")));
    const page = filled(await Deno.readTextFile(at("index.html")), {
      csp: policy(functionsUrl),
      functions: functionsUrl,
      script: `/${script}`,
      style: `/${style}`,
      icon: `/${icon}`,
      preload: await preloads(next, script),
    });
    await Deno.writeTextFile(`${next}/index.html`, page);
    await Deno.remove(at("dist"), { recursive: true }).catch(ignoreMissing);
    await Deno.rename(next, at("dist"));
  } catch (error) {
    await Deno.remove(next, { recursive: true });
    throw error;
  }
}

async function bundle(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=browser",
      "--code-splitting",
      "--minify",
      `--outdir=${folder}`,
      at("src/main.tsx"),
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/**
 * What a browser may load: the page's own files and the API. Styles may stand in elements, because charts bring theirs and a digest is
 * shown as its mail is; scripts may not.
 */
function policy(functionsUrl: string): string {
  const api = functionsUrl === "" ? "" : ` ${new URL(functionsUrl).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self'${api}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");
}

/** The chunks that the first script imports at once, so that the browser need not find out by reading it. */
async function preloads(folder: string, script: string): Promise<string> {
  const text = await Deno.readTextFile(`${folder}/${script}`);
  const names = [...text.matchAll(/from\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => name);
  return [...new Set(names)].map((name) => `<link rel="modulepreload" href="/${name}">`).join("");
}

async function named(folder: string, name: string, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hash = digest.slice(0, 5).toHex().toUpperCase();
  const full = name.replace(".", `-${hash}.`);
  await Deno.writeFile(`${folder}/${full}`, bytes);
  return full;
}

function smaller(css: string): string {
  return css.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,>]) ?/g, "$1").replaceAll(/: /g, ":").replaceAll(";}", "}");
}

function filled(template: string, values: Record<string, string>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? "");
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
