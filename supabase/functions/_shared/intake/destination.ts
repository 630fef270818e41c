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
  refuseBoundKey(caller);
  return { caller, orgId };
}

/** The only source of metrics that a caller may post for, or null for any: a key may be bound to one. */
export function boundSource(caller: Caller): string | null {
  return caller.kind === "key" ? caller.key.sourceName : null;
}

/** What is no metric has no source that a key could be bound to. @throws Problem 403 for a key that is. */
export function refuseBoundKey(caller: Caller): void {
  const source = boundSource(caller);
  if (source !== null) throw new Problem("forbidden", `This key posts for ${source} only`);
}
