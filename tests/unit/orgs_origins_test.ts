import assert from "node:assert/strict";
import { originError } from "../../supabase/functions/orgs/origins.ts";

const good = [
  "https://shop.example.com",
  "https://*.example.com",
  "http://localhost:3000",
  "http://127.0.0.1:8080",
  "https://xn--bcher-kva.example",
];
const bad = [
  "*",
  "",
  "example.com",
  "https://",
  "https://*",
  "https://*.com",
  "https://*.*.com",
  "https://a.*.com",
  "https://a.test/",
  "https://a.test/path",
  "https://a.test?x",
  "https://a.test#x",
  "https://user@a.test",
  "https://a.test:443", // browsers leave the default port out, so it would never match
  "https://A.test",
  "https://a b.test",
  "ftp://a.test",
  "null",
  "https://a.test,https://b.test",
];

Deno.test("originError() takes what browsers send as Origin, and one leading wildcard", () => {
  assert.deepStrictEqual(good.filter((origin) => originError(origin) !== null), []);
  assert.deepStrictEqual(bad.filter((origin) => originError(origin) === null), []);
});
