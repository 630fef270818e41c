import { env } from "../_shared/http/env.ts";
import { invalid, Problem } from "../_shared/http/problem.ts";
import { databaseCache } from "./cache.ts";
import { readUser } from "./read.ts";
import type { ConnectionRequest } from "./schemas.ts";

/** The login a new token belongs to. Throws Problem 422 naming the field when it is of no use. */
export async function verifiedLogin(
  { access_token: token, expires_at: expiresAt, account_ref: expected }: ConnectionRequest,
  now: Date,
): Promise<string> {
  if (expiresAt && Date.parse(expiresAt) <= now.getTime()) {
    throw invalid("expires_at", "lies in the past");
  }
  const access = { baseUrl: env().GITHUB_API_URL, token, origin: "stored" as const };
  const { username } = await readUser(access, databaseCache()).catch((error: unknown) => {
    const refused = error instanceof Problem && error.code === "github_token_unusable";
    throw refused ? invalid("access_token", "is not accepted by GitHub") : error;
  });
  if (expected && expected.toLowerCase() !== username.toLowerCase()) {
    throw invalid("account_ref", `is not the login of this token, which is ${username}`);
  }
  return username;
}
