import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  api,
  type ApiRequest,
  assertProblem,
  credentialHeaders,
  testEnv,
} from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { jwt } from "../helpers/tenancy/jwt.ts";
import { newPerson, seedPerson, signIn } from "../helpers/tenancy/people.ts";

const ingest: ApiRequest = { method: "POST", as: "service" };
const json = { "content-type": "application/json" };

const refused: [string, ApiRequest, number, string][] = [
  ["no JSON", { body: "{", headers: json }, 400, "malformed_json"],
  ["an empty body", { body: "", headers: json }, 400, "malformed_json"],
  [
    "broken UTF-8 outside of a string",
    { body: new Uint8Array([0xff, 0xfe]) },
    400,
    "malformed_json",
  ],
  [
    "form data",
    { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
    415,
    "unsupported_media_type",
  ],
  [
    "plain text",
    { body: "{}", headers: { "content-type": "text/plain" } },
    415,
    "unsupported_media_type",
  ],
  [
    "compressed, where nothing unpacks it",
    {
      body: new Uint8Array(gzipSync("{}")),
      headers: { ...json, "content-encoding": "gzip" },
    },
    415,
    "unsupported_media_type",
  ],
  [
    "a body of 1 MiB and a byte",
    { body: `"${"x".repeat(1024 * 1024 - 1)}"`, headers: json },
    413,
    "payload_too_large",
  ],
  ["JSON that is no object", { body: "[]", headers: json }, 422, "validation_failed"],
  ["null", { body: "null", headers: json }, 422, "validation_failed"],
];

for (const [what, request, status, code] of refused) {
  Deno.test(`a body that is ${what} is ${status} ${code}`, async () => {
    assertProblem(await api("/metrics/ingest", { ...ingest, ...request }), status, code);
  });
}

Deno.test("a body that is too large is refused while it still comes in", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 64 * 1024;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      if (sent >= 64 * 1024 * 1024) controller.close();
    },
  });
  const answer = await api("/metrics/ingest", { ...ingest, body, headers: json });
  assertProblem(answer, 413, "payload_too_large");
  assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were read`);
});

Deno.test("JSON with a charset, in capitals, is JSON", async () => {
  const { email } = await seedPerson();
  const body = JSON.stringify({
    email,
    source_name: "ga4",
    metric_date: "2026-11-16",
    data: { a: 1 },
  });
  const headers = { "content-type": "Application/JSON; charset=utf-8" };
  assert.strictEqual((await api("/metrics/ingest", { ...ingest, body, headers })).status, 200);
});

const credentials: [string, Record<string, string>, number, string][] = [
  ["nothing", {}, 401, "Missing bearer token"],
  ["another scheme", { authorization: "Negotiate abc" }, 401, "Missing bearer token"],
  ["a bearer without token", { authorization: "Bearer " }, 401, "Missing bearer token"],
  ["a bearer of two words", { authorization: "Bearer a b" }, 401, "Missing bearer token"],
  ["the publishable key alone", { apikey: "PUBLISHABLE" }, 401, "Missing bearer token"],
  [
    "the publishable key as bearer",
    { authorization: "Bearer PUBLISHABLE" },
    401,
    "Missing bearer token",
  ],
  ["a wrong bearer", { authorization: "Bearer wrong" }, 403, "Invalid token"],
  [
    "a wrong bearer beside the secret key",
    { authorization: "Bearer wrong", apikey: "SECRET" },
    403,
    "Invalid token",
  ],
  ["a wrong key", { apikey: "wrong" }, 403, "Invalid token"],
  ["the bearer in apikey", { apikey: "SERVICE" }, 403, "Invalid token"],
];

for (const [what, headers, status, detail] of credentials) {
  Deno.test(`a request with ${what} is ${status} "${detail}"`, async () => {
    const secrets: Record<string, string> = {
      PUBLISHABLE: testEnv("TEST_PUBLISHABLE_KEY"),
      SECRET: testEnv("TEST_SECRET_KEY"),
      SERVICE: testEnv("TEST_API_SECRET_KEY"),
    };
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) =>
        [name, value.replace(/[A-Z]{6,}/, (word) => secrets[word] ?? word)] as const
      ),
    );
    const answer = await api("/metrics/catalog", { headers: filled });
    assert.strictEqual(answer.status, status, answer.text);
    assert.strictEqual(answer.body["detail"], detail);
  });
}

Deno.test("the secret key counts as the service in either header", async () => {
  for (
    const headers of [
      credentialHeaders("secret_key"),
      { authorization: `Bearer ${testEnv("TEST_SECRET_KEY")}` },
      { ...credentialHeaders("service"), apikey: testEnv("TEST_PUBLISHABLE_KEY") },
    ]
  ) {
    assert.strictEqual((await api("/health/status", { headers })).status, 200);
  }
});

Deno.test("a token that is not of a signed-in user is refused", async () => {
  const { authUserId: sub, email } = await newPerson();
  const query = { query: { email } };
  assert.strictEqual(
    (await api("/dashboard/tiles", { as: { token: jwt({ sub }) }, ...query })).status,
    200,
  );
  for (
    const [claims, code] of [
      [{ sub, role: "anon" }, "invalid_token"],
      [{ sub, role: "service_role" }, "invalid_token"],
      [{ sub, aud: "elsewhere" }, "wrong_audience"],
      [{ sub, iss: "https://elsewhere.example/auth/v1" }, "wrong_issuer"],
      [{ role: "authenticated" }, "invalid_token"],
    ] as const
  ) {
    const answer = await api("/dashboard/tiles", { as: { token: jwt(claims) }, ...query });
    assertProblem(answer, 401, code);
  }
  const unsigned = jwt({ sub }).replace(
    /^[^.]+/,
    btoa('{"alg":"none","typ":"JWT"}').replace(/=+$/, ""),
  );
  for (const token of [unsigned, unsigned.replace(/[^.]+$/, "")]) {
    assertProblem(await api("/dashboard/tiles", { as: { token }, ...query }), 401, "invalid_token");
  }
});

Deno.test("a signed-in person whose row was deleted sees nothing any more", async () => {
  const person = await newPerson();
  const again = await signIn(person.email);
  await sql("delete from public.users where id = $1::uuid", person.id);
  assertProblem(await api("/dashboard/tiles", { as: { token: again } }), 404, "user_not_found");
});
