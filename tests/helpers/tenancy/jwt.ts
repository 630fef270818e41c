import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { testEnv } from "../stack/api.ts";

/** An access token as the local auth server signs it (HS256), or one that only looks like it. */
export function jwt(
  { key = testEnv("TEST_JWT_SECRET"), ...claims }: Record<string, unknown> & { key?: string },
): string {
  const body = {
    iss: `${testEnv("TEST_URL")}/auth/v1`,
    aud: "authenticated",
    role: "authenticated",
    iat: 1_700_000_000 - 3600,
    exp: 4_000_000_000,
    ...claims,
  };
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(body)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** What a token says, unverified. */
export function jwtClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}
