import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";

// Supabase Lite signs with a shared secret only, so a project with asymmetric signing keys is stood in for by what such a
// project publishes: its key set. The environment is this process's, which is why these tests run alone.
const algorithm = { name: "ECDSA", namedCurve: "P-256" };
const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
const strangers = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
const jwk = { ...await crypto.subtle.exportKey("jwk", keys.publicKey), kid: "1", alg: "ES256" };
const requests: string[] = [];

const project = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
  const { pathname } = new URL(request.url);
  requests.push(pathname);
  return pathname === "/auth/v1/.well-known/jwks.json"
    ? Response.json({ keys: [jwk] })
    : Response.json({ message: "not asked for" }, { status: 500 });
});
const url = `http://127.0.0.1:${project.addr.port}`;

setFunctionEnvironment();
const before = Deno.env.get("SUPABASE_URL");
Deno.env.set("SUPABASE_URL", url);
const { verifyUserToken } = await import("../../supabase/functions/_shared/http/user_token.ts");

const good = {
  iss: `${url}/auth/v1`,
  aud: "authenticated",
  role: "authenticated",
  sub: "00000000-0000-4000-8000-000000000001",
  exp: 4_000_000_000,
};

Deno.test("access tokens signed with the project's asymmetric key are checked against its key set", async (t) => {
  await t.step("a good one tells who it belongs to, and the auth server is not asked", async () => {
    assert.strictEqual(await verifyUserToken(await signed(good)), good.sub);
    assert.deepStrictEqual([...new Set(requests)], ["/auth/v1/.well-known/jwks.json"]);
  });
  const bad: [string, string, Promise<string>][] = [
    ["another key", "invalid_token", signed(good, strangers)],
    ["no signature", "invalid_token", signed(good).then((token) => token.replace(/[^.]*$/, ""))],
    ["changed claims", "invalid_token", changed()],
    ["the past", "expired_token", signed({ ...good, exp: 1_700_000_000 })],
    [
      "another project",
      "wrong_issuer",
      signed({ ...good, iss: "https://other.supabase.co/auth/v1" }),
    ],
    ["another audience", "wrong_audience", signed({ ...good, aud: "elsewhere" })],
    ["another role", "invalid_token", signed({ ...good, role: "service_role" })],
    ["another type", "invalid_token", signed(good, keys, { typ: "at+jwt" })],
  ];
  for (const [what, code, token] of bad) {
    await t.step(`one of ${what} is a 401 ${code}`, async () => {
      await assert.rejects(verifyUserToken(await token), { code, status: 401 });
    });
  }
  await project.shutdown();
  if (before === undefined) Deno.env.delete("SUPABASE_URL");
  else Deno.env.set("SUPABASE_URL", before);
});

async function signed(
  claims: Record<string, unknown>,
  { privateKey }: CryptoKeyPair = keys,
  header: Record<string, unknown> = {},
): Promise<string> {
  const text = `${encode({ alg: "ES256", typ: "JWT", kid: "1", ...header })}.${encode(claims)}`;
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    privateKey,
    new TextEncoder().encode(text),
  );
  return `${text}.${Buffer.from(signature).toString("base64url")}`;
}

async function changed(): Promise<string> {
  const [header, , signature] = (await signed(good)).split(".");
  return `${header}.${
    encode({ ...good, sub: "00000000-0000-4000-8000-000000000002" })
  }.${signature}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
