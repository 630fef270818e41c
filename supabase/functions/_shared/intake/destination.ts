import type { Context } from "hono";
import type { AppEnv, Caller } from "../http/auth.ts";
import { invalid, Problem } from "../http/problem.ts";

/** Whose items a request brings, and with whose rights they are written. */
export interface Destination {
  caller: Caller;
  /** The organization, or undefined for the one the caller belongs to. */
  orgId: string | undefined;
}

/**
 * Where the items of this request go. `orgId` is the organization that it names, if any.
 * @throws Problem 422 when the service does not say, 403 when the key is for one source of metrics only.
 */
export function destinationOf(c: Context<AppEnv>, orgId: string | undefined): Destination {
  const caller = c.get("caller");
  if (orgId === undefined && caller.kind === "service") throw invalid("org_id", "is required");
  if (caller.kind === "key" && caller.key.sourceName !== null) {
    throw new Problem("forbidden", `This key posts for ${caller.key.sourceName} only`);
  }
  return { caller, orgId };
}
