import type { Caller } from "../_shared/auth.ts";
import { env } from "../_shared/env.ts";
import { Problem } from "../_shared/problem.ts";
import type { GithubAccess } from "./client.ts";
import { personOf, storedToken } from "./connection.ts";

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
    const token = await storedToken(await personOf(caller.db, email), now);
    if (token !== null) return { baseUrl, token, origin: "stored" };
  }
  return deploymentAccess(baseUrl, GITHUB_TOKEN);
}

/** How to read GitHub as the deployment's own account. Throws Problem 409 when it has none. */
export function deploymentAccess(baseUrl: string, token: string | undefined): GithubAccess {
  if (token !== undefined) return { baseUrl, token, origin: "deployment" };
  throw new Problem(
    "github_not_connected",
    "No GitHub token: connect an account with PUT /github/connection, or set GITHUB_TOKEN for the deployment",
  );
}
