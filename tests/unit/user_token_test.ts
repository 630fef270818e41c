import assert from "node:assert/strict";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";
import { looksLikeJwt, subjectOf } from "../../supabase/functions/_shared/http/user_token.ts";

const now = 1_800_000_000;
const expected = { issuer: "https://abc.supabase.co/auth/v1", now };
const header = { typ: "JWT" };
const claims = {
  iss: expected.issuer,
  aud: "authenticated",
  role: "authenticated",
  sub: "5f0c0e3e-0f6c-4c8a-9a55-2f1f2a1d9f10",
  exp: now + 1,
};

Deno.test("subjectOf() answers whose token it is", () => {
  assert.strictEqual(subjectOf(header, claims, expected), claims.sub);
  assert.strictEqual(
    subjectOf(header, { ...claims, aud: ["elsewhere", "authenticated"] }, expected),
    claims.sub,
  );
});

const refused: [string, { typ?: unknown }, Record<string, unknown>, string][] = [
  ["no type", {}, {}, "invalid_token"],
  ["the type of an OAuth access token", { typ: "at+jwt" }, {}, "invalid_token"],
  ["a type that is no text", { typ: 1 }, {}, "invalid_token"],
  ["another project's issuer", header, { iss: "https://xyz.supabase.co/auth/v1" }, "wrong_issuer"],
  ["an issuer that ours begins with", header, { iss: "https://abc.supabase.co" }, "wrong_issuer"],
  ["an issuer that begins with ours", header, { iss: `${expected.issuer}/` }, "wrong_issuer"],
  ["no issuer", header, { iss: undefined }, "wrong_issuer"],
  ["another audience", header, { aud: "anon" }, "wrong_audience"],
  ["an audience that contains ours", header, { aud: "authenticated elsewhere" }, "wrong_audience"],
  ["no audience", header, { aud: undefined }, "wrong_audience"],
  ["no audience in a list", header, { aud: [] }, "wrong_audience"],
  ["an expiry that is now", header, { exp: now }, "expired_token"],
  ["an expiry in the past", header, { exp: now - 3600 }, "expired_token"],
  ["an expiry that is text", header, { exp: String(now + 60) }, "expired_token"],
  ["no expiry", header, { exp: undefined }, "expired_token"],
  ["the role anon", header, { role: "anon" }, "invalid_token"],
  ["the service's role", header, { role: "service_role" }, "invalid_token"],
  ["no role", header, { role: undefined }, "invalid_token"],
  ["no subject", header, { sub: undefined }, "invalid_token"],
  ["a subject that is no text", header, { sub: 7 }, "invalid_token"],
];

for (const [what, head, change, code] of refused) {
  Deno.test(`subjectOf() refuses a token with ${what} as ${code}`, () => {
    assert.throws(
      () => subjectOf(head, { ...claims, ...change }, expected),
      (error) => error instanceof Problem && error.status === 401 && error.code === code,
    );
  });
}

Deno.test("looksLikeJwt() tells a JSON Web Token from other credentials", () => {
  const cases: [string, boolean][] = [
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", true],
    ["eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", true],
    ["a.b", false],
    ["a.b.c.d", false],
    ["sb_secret_abc", false],
    ["ll_abcdefghijkl_x", false],
    ["a.b.c d", false],
    ["", false],
  ];
  for (const [credential, is] of cases) {
    assert.strictEqual(looksLikeJwt(credential), is, credential);
  }
});
