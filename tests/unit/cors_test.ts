import assert from "node:assert/strict";
import {
  allowedOrigin,
  originPatterns,
  productionOrigins,
} from "../../supabase/functions/_shared/cors.ts";

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
  ["https://www.livinglytics.com", productionOrigins, "https://www.livinglytics.com"],
  [
    "https://livinglytics-1a2b.base44.app",
    productionOrigins,
    "https://livinglytics-1a2b.base44.app",
  ],
  ["https://base44.app", productionOrigins, null],
  ["https://livinglytics.com", productionOrigins, null],
];

for (const [origin, patterns, expected] of cases) {
  Deno.test(`allowedOrigin() answers ${expected} to "${origin}" with ${patterns.join(" ") || "no patterns"}`, () => {
    assert.strictEqual(allowedOrigin(origin, patterns), expected);
  });
}

Deno.test("originPatterns() is ALLOW_ORIGINS where set, else * in development and our own in production", () => {
  assert.deepStrictEqual(originPatterns("development", undefined), ["*"]);
  assert.deepStrictEqual(originPatterns("production", undefined), productionOrigins);
  assert.deepStrictEqual(originPatterns("production", " https://a.test/ ,, https://*.b.test"), [
    "https://a.test",
    "https://*.b.test",
  ]);
  assert.deepStrictEqual(originPatterns("development", "https://a.test"), ["https://a.test"]);
});
