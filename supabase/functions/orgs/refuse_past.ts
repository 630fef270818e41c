import { invalid } from "../_shared/http/problem.ts";

/**
 * Refuses an end that lies in the past.
 * @throws Problem 422 naming `expires_at`
 */
export function refusePast(expiresAt: string | undefined, now: number): void {
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    throw invalid("expires_at", "is not in the future");
  }
}
