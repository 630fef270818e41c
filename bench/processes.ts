import { fileURLToPath } from "node:url";
import type { Figure } from "./figure.ts";

/** What a load client saw. */
export interface Load {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  median: number;
  p99: number;
}

/** A program that a benchmark started. */
export interface Program {
  url: string;
  stop(): Promise<void>;
}

/** Connections that single events come over. */
export const connections = 128;

/**
 * Posts single events over 128 connections for some seconds with wrk, which shares the cores with what it measures but
 * costs them little.
 * @throws Error unless every request was answered with 2xx
 */
export async function postSingleEvents(
  url: string,
  key: string,
  seconds: number,
): Promise<Load> {
  const script = fileURLToPath(new URL("single_events.lua", import.meta.url));
  const flags = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script];
  const { stdout } = await new Deno.Command("wrk", { args: [...flags, url, "--", key] }).output();
  const text = new TextDecoder().decode(stdout);
  const result = /^result (.+)$/m.exec(text)?.[1];
  if (result === undefined) throw new Error(`wrk said ${text}`);
  const { requests, microseconds, median, p99, failed }: Record<string, number> = JSON.parse(
    result,
  );
  if (failed !== 0 || !requests || !microseconds) throw new Error(`wrk against ${url}: ${text}`);
  return {
    requests,
    perSecond: requests / (microseconds / 1e6),
    median: (median ?? NaN) / 1000,
    p99: (p99 ?? NaN) / 1000,
  };
}

/** What a process has used and holds: CPU time in milliseconds, memory in MiB now and at most. */
export interface Usage {
  cpu: number;
  rss: number;
  peak: number;
}

/** What a process has used and holds, from /proc. */
export async function usage(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all(
    ["stat", "status"].map((file) => Deno.readTextFile(`/proc/${pid}/${file}`)),
  );
  // The second field is the program's name in parentheses; user and system time are the 14th and 15th, in hundredths.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number) ?? [];
  const mebibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status ?? "")?.[1]) / 1024;
  return {
    cpu: ((fields[11] ?? NaN) + (fields[12] ?? NaN)) * 10,
    rss: mebibytes("VmRSS"),
    peak: mebibytes("VmHWM"),
  };
}

/** What V8 gets, in MiB: as much as a hosted function has. */
export const hostedMemory = 256;

/** What a function should stay inside, in MiB. */
const memoryLimit = 150;

/** The most memory that a process with Deno in it had under a load, next to what a function should stay inside. */
export function memoryFigure(under: string, idle: Usage, busy: Usage): Figure {
  return {
    name: `memory of the function's process ${under} ÷ ${memoryLimit} MiB`,
    ratio: `${(busy.peak / memoryLimit).toFixed(2)} of it`,
    detail: `at most ${busy.peak.toFixed(0)} MiB with Deno in it, ${idle.rss.toFixed(0)} MiB idle`,
  };
}

/**
 * A data API that says yes to what the function track asks, without looking or storing: what the function costs without
 * the database.
 */
export function startYesSayer(orgId: string): Program {
  const answers: Record<string, unknown> = {
    authenticate_api_key: {
      state: "active",
      org_id: orgId,
      scopes: ["ingest"],
      publishable: false,
      source_name: null,
      allowed_origins: [],
    },
    take_rate_limit: { granted: 1_000_000, remaining: 1_000_000, seconds: 1 },
    track_events: { accepted: 1, duplicates: [], too_old: [] },
  };
  const bodies = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [name, JSON.stringify(answer)]),
  );
  const headers = { "content-type": "application/json" };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      await request.body?.cancel();
      const body = bodies[request.url.slice(request.url.lastIndexOf("/") + 1)];
      return body === undefined
        ? Response.json({ message: "not asked for" }, { status: 500 })
        : new Response(body, { headers });
    },
  );
  return { url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

/** Starts bench/peers/fastapi_sqlalchemy.py with Debian's Python, as `uvicorn` starts an application by default. */
export async function startFastApi(env: Record<string, string>): Promise<Program> {
  const port = freePort();
  const child = new Deno.Command("/usr/bin/python3", {
    args: [
      ...["-m", "uvicorn", "fastapi_sqlalchemy:app", "--port", String(port)],
      ...["--no-access-log", "--log-level", "warning"],
    ],
    cwd: fileURLToPath(new URL("peers/", import.meta.url)),
    env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
    stdin: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await (await fetch(`${url}/openapi.json`)).body?.cancel();
      return { url, stop };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50)); // it does not listen yet
    }
  }
  await stop();
  throw new Error("FastAPI did not start");
}

/** What of the programs that benchmarks need is not installed; empty when all of it is. */
export async function missingPrograms(): Promise<string[]> {
  const needed: [string, string, string[]][] = [
    ["wrk", "wrk", ["-v"]],
    [
      "python3-fastapi python3-uvicorn python3-sqlalchemy python3-psycopg2",
      "/usr/bin/python3",
      ["-c", "import fastapi, uvicorn, sqlalchemy, psycopg2"],
    ],
  ];
  const missing: string[] = [];
  for (const [packages, program, args] of needed) {
    try {
      const { code } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" })
        .output();
      if (program === "wrk" || code === 0) continue;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    missing.push(packages);
  }
  return missing;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
