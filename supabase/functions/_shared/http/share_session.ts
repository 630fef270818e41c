import { z } from "@hono/zod-openapi";
import { type Db, rpc, serviceClient, shareClient } from "../database/db.ts";
import { Problem } from "./problem.ts";
import { createToken, hashToken } from "./random_token.ts";

const prefix = "lls_";

/** A new credential of somebody who has opened a link. */
export function createShareSession(): string {
  return prefix + createToken();
}

/** Whether a credential claims to be one. */
export function looksLikeShareSession(credential: string): boolean {
  return credential.startsWith(prefix);
}

/**
 * The reader of a link, by what opening it answered.
 * @throws Problem 401 when the session is over: by time, or because the link was revoked or has expired.
 */
export async function authenticateShare(token: string): Promise<{ db: Db; shareId: string }> {
  const hash = hashToken(token);
  const args = { p_session_hash: hash };
  const shareId = await rpc(serviceClient(), "authenticate_share", args, z.string().nullable());
  if (shareId === null) throw new Problem("expired_token", "Open the link again");
  return { db: shareClient(hash), shareId };
}
