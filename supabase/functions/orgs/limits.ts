import type { Caller } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import { ratePolicy, spend } from "../_shared/http/rate_limit.ts";

/**
 * Counts an invitation, because each is a mail to an address of the caller's choice. The service is trusted.
 * @throws Problem 429 when the caller has sent too many.
 */
export async function limitInvitations(caller: Caller): Promise<void> {
  const policy = ratePolicy("invitations", env().RATE_LIMIT_INVITATION);
  if (caller.kind === "user") await spend(`invite:user:${caller.authUserId}`, policy);
  if (caller.kind === "key") await spend(`invite:key:${caller.key.id}`, policy);
}
