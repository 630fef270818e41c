import { startFunctions } from "./function_process.ts";
import { functionNames } from "./project.ts";

/** The Deno version that the hosted runtime is compatible with. */
const hostedVersion = "2.1.4";

/** How long type-checking, with a first download, may take, in milliseconds. */
const patience = 300_000;

const root = new URL("..", import.meta.url);

interface Expectation {
  request: string;
  headers?: Record<string, string>;
  status: number;
  body: RegExp;
}

/** At least one request for each function; `BEARER` is the service's. */
const expectations: Expectation[] = [
  { request: "GET /health/liveness", status: 200, body: /^\{"status":"ok"\}$/ },
  { request: "GET /health/readiness", status: 503, body: /"ready":false/ },
  { request: "GET /docs/openapi.json", status: 200, body: /^\{"openapi":"3\.1\.0"/ },
  { request: "POST /dev/seed-user?email=a@example.test", status: 404, body: /"code":"not_found"/ },
  { request: "GET /metrics/catalog", status: 401, body: /Missing bearer token/ },
  { request: "GET /metrics/dora", status: 401, body: /Missing bearer token/ },
  { request: "GET /dashboard/tiles", status: 401, body: /Missing bearer token/ },
  { request: "GET /github/user", status: 401, body: /Missing bearer token/ },
  { request: "GET /auth/me", status: 401, body: /Missing bearer token/ },
  { request: "GET /orgs", status: 401, body: /Missing bearer token/ },
  { request: "GET /teams", status: 401, body: /Missing bearer token/ },
  { request: "POST /track", status: 401, body: /Missing bearer token/ },
  { request: "GET /sessions", status: 401, body: /Missing bearer token/ },
  { request: "POST /sessions/otlp/v1/traces", status: 401, body: /"code":16/ },
  { request: "GET /analytics", status: 401, body: /Missing bearer token/ },
  { request: "GET /etl/jobs", status: 401, body: /Missing bearer token/ },
  { request: "POST /github/webhook", status: 503, body: /GITHUB_WEBHOOK_SECRET is not set/ },
  { request: "GET /profile", status: 401, body: /Missing bearer token/ },
  { request: "GET /insights", status: 401, body: /Missing bearer token/ },
  { request: "POST /digest/weekly", status: 401, body: /Missing bearer token/ },
  { request: "POST /digest/events", status: 503, body: /RESEND_WEBHOOK_SECRET is not set/ },
  ...["metrics/catalog", "dashboard/tiles?email=a@example.test", "digest/runs", "health/status"]
    .map((path) => ({
      request: `GET /${path}`,
      headers: { authorization: "Bearer BEARER" },
      status: 503,
      body: /The database cannot be reached/,
    })),
];

/**
 * Shows that the functions would run where they are deployed: copied out of this project, they type-check on the hosted
 * runtime's Deno and answer requests in production, without a database.
 */
if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "hosted-functions-" });
  try {
    const names = await functionNames();
    await copyFolder(new URL("supabase/functions/", root).pathname, `${folder}/functions`);
    const deno = await hostedDeno(folder);
    await typeCheck(deno, `${folder}/functions`, names);
    await answer(deno, `${folder}/functions`, names);
    console.log(`${names.length} functions type-check and answer on Deno ${hostedVersion}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The path of the hosted runtime's Deno, from npm. */
async function hostedDeno(cwd: string): Promise<string> {
  const { stdout } = await run("npx", [
    "-y",
    `deno@${hostedVersion}`,
    "eval",
    "console.log(Deno.version.deno, Deno.execPath())",
  ], { cwd, timeout: patience });
  const [version, path] = stdout.trim().split(" ");
  if (version !== hostedVersion || !path) throw new Error(`deno@${hostedVersion} is ${stdout}`);
  return path;
}

async function typeCheck(deno: string, cwd: string, names: string[]): Promise<void> {
  const entries = names.map((name) => `${name}/index.ts`);
  await run(deno, ["check", "--quiet", "--no-lock", "--config", "deno.json", ...entries], {
    cwd,
    timeout: patience,
  });
}

async function answer(deno: string, folder: string, names: string[]): Promise<void> {
  const covered = expectations.map(({ request }) => request.split(/[ /]+/)[1]);
  const missing = names.filter((name) => !covered.includes(name));
  if (missing.length > 0) throw new Error(`no request for ${missing.join(", ")}`);
  const bearer = secret();
  const env = { ...production(), API_SECRET_KEY: bearer };
  const functions = await startFunctions({ deno, folder, names, env });
  try {
    for (const one of expectations) await expect(functions.url, one, bearer);
  } finally {
    await functions.stop();
  }
}

async function expect(url: string, expectation: Expectation, bearer: string): Promise<void> {
  const { request, headers = {}, status, body } = expectation;
  const [method = "", path = ""] = request.split(" ");
  const response = await fetch(url + path, {
    method,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("BEARER", bearer)]),
    ),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (response.status !== status || !body.test(text)) {
    throw new Error(`${request} answers ${response.status} ${text.slice(0, 500)}`);
  }
  console.log(`${status} ${request}`);
}

/** A production environment whose Supabase cannot be reached. */
function production(): Record<string, string> {
  return {
    ENVIRONMENT: "production",
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_PUBLISHABLE_KEY: secret(),
    SUPABASE_SECRET_KEY: secret(),
    DIGEST_CRON_SECRET: secret(),
    SIGNING_SECRET: secret(),
    API_KEY_SECRET: secret(),
    TOKEN_ENCRYPTION_KEYS: `k1:${
      btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    }`,
    RESEND_WEBHOOK_SECRET: "",
    ALLOW_ORIGINS: "",
  };
}

function secret(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** Runs a program to its end and answers its output; throws with what it said when it fails or takes too long. */
async function run(
  command: string,
  args: string[],
  { cwd, timeout }: { cwd?: string; timeout: number },
): Promise<{ stdout: string }> {
  const output = await new Deno.Command(command, {
    args,
    ...(cwd ? { cwd } : {}),
    env: { DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(timeout),
  }).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  if (!output.success) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return { stdout: stdout ?? "" };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name === "node_modules" || name.startsWith(".env")) continue;
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
