import { type FunctionProcessOptions, startFunctions } from "../function_process.ts";

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
 * Starts functions in production, without a database, and asks each what it has to answer even then.
 * @throws Error with the first that answers something else, or the functions that nothing is asked of
 */
export async function answerWithoutDatabase(
  { deno, folder, names, entry }: Required<
    Pick<FunctionProcessOptions, "deno" | "folder" | "names" | "entry">
  >,
): Promise<number> {
  const covered = expectations.map(({ request }) => request.split(/[ /]+/)[1]);
  const missing = names.filter((name) => !covered.includes(name));
  if (missing.length > 0) throw new Error(`no request for ${missing.join(", ")}`);
  const bearer = secret();
  const env = { ...production(), API_SECRET_KEY: bearer };
  const functions = await startFunctions({ deno, folder, names, entry, env });
  try {
    for (const one of expectations) await expect(functions.url, one, bearer);
  } finally {
    await functions.stop();
  }
  return expectations.length;
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
