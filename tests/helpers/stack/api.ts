import assert from "node:assert/strict";

/** Who a request comes from: nobody, the service by bearer or secret key, pg_cron, or whoever has a token. */
export type Credential = "nobody" | "service" | "secret_key" | "cron" | { token: string };

export interface ApiRequest {
  method?: string;
  as?: Credential;
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON, unless it is a string or bytes, which go out as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Where the functions answer, if not on the stack of all tests. */
  at?: string;
}

/** An answer of the API; `body` is parsed when it is JSON, `text` is as it came. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
  text: string;
}

/** A variable that `tests/run.ts` sets; without it, the tests were started some other way. */
export function testEnv(name: string): string {
  const value = Deno.env.get(name);
  assert.ok(
    value,
    `${name} is not set: run \`deno task test\`, which starts what the tests talk to`,
  );
  return value;
}

/** Calls a function, as in `api("/metrics/ingest", {method: "POST", as: "service", body: {…}})`. */
export async function api<Body = Record<string, unknown>>(
  path: string,
  { method = "GET", as = "nobody", query = {}, body, headers = {}, at = functionsUrl() }:
    ApiRequest = {},
): Promise<Answer<Body>> {
  const url = new URL(at + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...credentialHeaders(as),
      ...headers,
    },
    ...(body === undefined ? {} : { body: bodyOf(body) }),
    redirect: "manual",
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : {} as Body,
    text,
  };
}

/** Where the functions of the stack of all tests answer. */
function functionsUrl(): string {
  return `${testEnv("TEST_URL")}/functions/v1`;
}

/** The headers that prove who is calling. */
export function credentialHeaders(as: Credential): Record<string, string> {
  if (as === "nobody") return {};
  if (as === "secret_key") return { apikey: testEnv("TEST_SECRET_KEY") };
  const bearer = as === "service"
    ? testEnv("TEST_API_SECRET_KEY")
    : as === "cron"
    ? testEnv("TEST_CRON_SECRET")
    : as.token;
  return { authorization: `Bearer ${bearer}` };
}

/** Asserts a problem response: status, code, the members RFC 9457 asks for, and the faulty fields if named. */
export function assertProblem(
  answer: Answer<unknown>,
  status: number,
  code: string,
  paths?: string[],
): void {
  assert.strictEqual(answer.status, status, answer.text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const body = answer.body as Record<string, unknown>;
  assert.strictEqual(body["code"], code, answer.text);
  assert.strictEqual(body["status"], status);
  assert.strictEqual(body["request_id"], answer.headers.get("x-request-id"));
  for (const member of ["type", "title", "detail"]) assert.ok(body[member], `no ${member}`);
  if (paths) {
    const errors = body["errors"] as { path: string }[] | undefined;
    assert.deepStrictEqual(errors?.map((error) => error.path), paths, answer.text);
  }
}

function bodyOf(body: unknown): BodyInit {
  if (typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream) {
    return body as BodyInit;
  }
  return JSON.stringify(body);
}
