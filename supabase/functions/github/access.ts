import type { Caller } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import type { GithubAccess } from "../_shared/github/client.ts";
import { deploymentAccess } from "../_shared/github/access.ts";
import { storedToken } from "../_shared/github/token.ts";
import { personOf } from "./connection.ts";

/**
 * How to read GitHub for a person: with their own stored token, else with the deployment's. The service without an
 * e-mail address means the deployment's own account.
 * @throws Problem 404 for an unknown person, 409 when there is no token or the stored one is of no use.
 */
export async function accessFor(
  caller: Caller,
  email: string | undefined,
  now: Date,
): Promise<GithubAccess> {
  const { GITHUB_API_URL: baseUrl, GITHUB_TOKEN } = env();
  if (email !== undefined || caller.kind === "user") {
    const token = await storedToken((await personOf(caller.db, email)).user_id, now);
    if (token !== null) return { baseUrl, token, origin: "stored" };
  }
  return deploymentAccess(baseUrl, GITHUB_TOKEN);
}
