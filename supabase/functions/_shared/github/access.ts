import { Problem } from "../http/problem.ts";
import type { GithubAccess } from "./client.ts";

/** How to read GitHub as the deployment's own account. Throws Problem 409 when it has none. */
export function deploymentAccess(baseUrl: string, token: string | undefined): GithubAccess {
  if (token !== undefined) return { baseUrl, token, origin: "deployment" };
  throw new Problem(
    "github_not_connected",
    "No GitHub token: connect an account with PUT /github/connection, or set GITHUB_TOKEN for the deployment",
  );
}
