import assert from "node:assert/strict";
import { corsHeaders as sentBySupabaseJs } from "@supabase/supabase-js/cors";
import { createApp } from "../../supabase/functions/_shared/http/app.ts";
import { allowedOrigin, originPatterns } from "../../supabase/functions/_shared/http/cors.ts";

const cases: [string, string[], string | null][] = [
  ["https://a.example.com", ["https://*.example.com"], "https://a.example.com"],
  ["https://a.b.example.com", ["https://*.example.com"], "https://a.b.example.com"],
  ["https://example.com", ["https://*.example.com"], null],
  ["https://.example.com", ["https://*.example.com"], null],
  ["http://a.example.com", ["https://*.example.com"], null],
  ["https://a.example.com:8443", ["https://*.example.com"], null],
  ["https://a.example.com.evil.test", ["https://*.example.com"], null],
  ["https://evil.test/.example.com", ["https://*.example.com"], null],
  ["https://evil.test#.example.com", ["https://*.example.com"], null],
  ["https://user@a.example.com", ["https://*.example.com"], null],
  ["https://aexample.com", ["https://*.example.com"], null],
  ["https://www.example.com", ["https://www.example.com"], "https://www.example.com"],
  ["https://www.example.com.evil.test", ["https://www.example.com"], null],
  [
    "https://www.example.com",
    ["http://localhost:3000", "https://www.example.com"],
    "https://www.example.com",
  ],
  ["null", ["https://*.example.com"], null],
  ["", ["https://*.example.com"], null],
  ["https://anything.test", ["*"], "*"],
  ["https://anything.test", [], null],
];

for (const [origin, patterns, expected] of cases) {
  Deno.test(`allowedOrigin() answers ${expected} to "${origin}" with ${patterns.join(" ") || "no patterns"}`, () => {
    assert.strictEqual(allowedOrigin(origin, patterns), expected);
  });
}

Deno.test("originPatterns() is ALLOW_ORIGINS where set, else * in development and none in production", () => {
  assert.deepStrictEqual(originPatterns("development", undefined), ["*"]);
  assert.deepStrictEqual(originPatterns("production", undefined), []);
  assert.deepStrictEqual(originPatterns("production", " https://a.test/ ,, https://*.b.test"), [
    "https://a.test",
    "https://*.b.test",
  ]);
  assert.deepStrictEqual(originPatterns("development", "https://a.test"), ["https://a.test"]);
});

Deno.test("corsHeaders() is for pages, errors included, and for reads that a cache may keep", async () => {
  const app = createApp("open", { anyOrigin: ["/open/track"] });
  const headersOf = async (method: string, path: string, origin?: string) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    const { status, headers: answer } = await app.request(path, { method, headers });
    assert.strictEqual(status, 404);
    return [answer.get("access-control-allow-origin"), answer.get("access-control-expose-headers")];
  };
  const [, exposed] = await headersOf("GET", "/open/x");
  assert.match(exposed ?? "", /etag/);
  assert.deepStrictEqual(await headersOf("POST", "/open/track", "https://any.test"), [
    "*",
    exposed,
  ]);
  assert.deepStrictEqual(await headersOf("POST", "/open/track"), [null, null]);
  assert.deepStrictEqual(await headersOf("DELETE", "/open/x"), [null, null]);
});

Deno.test("a preflight allows every header that supabase-js sends", async () => {
  const answer = await createApp("open", { anyOrigin: ["/open/track"] }).request("/open/track", {
    method: "OPTIONS",
    headers: { origin: "https://any.test", "access-control-request-method": "POST" },
  });
  const allowed = (answer.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(
    /,\s*/,
  );
  // A gateway may cut the list: requests, then retries and ETags, then tracing.
  assert.deepStrictEqual(allowed.slice(0, 6), [
    "authorization",
    "apikey",
    "content-type",
    "x-client-info",
    "idempotency-key",
    "if-none-match",
  ]);
  // `region` of functions.invoke() is a header that its own list forgets.
  const listed = sentBySupabaseJs["Access-Control-Allow-Headers"] ?? "";
  const sent = [...listed.split(/,\s*/), "x-region"];
  assert.ok(sent.includes("traceparent"));
  assert.deepStrictEqual(sent.filter((name) => !allowed.includes(name)), []);
});

Deno.test("a preflight of a page's own library is granted what it asks for, elsewhere what is known", async () => {
  const app = createApp("open", { anyOrigin: ["/open/track"] });
  const asked = "anonymousid,authorization,content-type,rsa-retry-attempt,x-retry-count";
  const allowed = async (path: string) => {
    const headers = {
      origin: "https://any.test",
      "access-control-request-method": "POST",
      "access-control-request-headers": asked,
    };
    const answer = await app.request(path, { method: "OPTIONS", headers });
    assert.strictEqual(answer.status, 204);
    return answer.headers.get("access-control-allow-headers");
  };
  assert.strictEqual(await allowed("/open/track/v1/t"), asked);
  assert.doesNotMatch(await allowed("/open/trackers") ?? "", /anonymousid/);
});
