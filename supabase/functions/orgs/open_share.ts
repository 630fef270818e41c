import type { Context } from "hono";
import { z } from "@hono/zod-openapi";
import { rpc, serviceClient } from "../_shared/database/db.ts";
import { type AppEnv, clientAddress } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import { Problem } from "../_shared/http/problem.ts";
import { hashToken } from "../_shared/http/random_token.ts";
import { giveBack, ratePolicy, spendExactly } from "../_shared/http/rate_limit.ts";
import { createShareSession } from "../_shared/http/share_session.ts";
import { isPassword } from "./share_password.ts";
import {
  type OpenedShareSchema,
  type OpenShareBody,
  StoredOpenedShareSchema,
} from "./share_schemas.ts";

const PasswordSchema = z.object({ password_hash: z.string().nullable() }).nullable();

/** Wrong passwords that a link takes from all addresses, as a multiple of what it takes from one. */
const everybodysShare = 10;

/**
 * Opens a share link: proves its secret and its password, counts that it was opened, and makes the credential that reads by it.
 * @throws Problem 404 where the link opens nothing, 401 or 403 for a missing or a wrong password, 429 after too many tries.
 */
export async function openShare(
  c: Context<AppEnv>,
  { id, secret, password }: z.output<typeof OpenShareBody>,
): Promise<z.input<typeof OpenedShareSchema>> {
  const { RATE_LIMIT_SHARE } = env();
  await spendExactly(`share_open:${clientAddress(c)}`, ratePolicy("share_open", RATE_LIMIT_SHARE));
  const db = serviceClient();
  const proof = { p_id: id, p_secret_hash: hashToken(secret) };
  const kept = await rpc(db, "share_password", proof, PasswordSchema);
  if (kept !== null && kept.password_hash !== null) {
    await provePassword(c, id, password, kept.password_hash);
  }
  const access_token = createShareSession();
  const args = { ...proof, p_session_hash: hashToken(access_token) };
  return { ...await rpc(db, "open_share", args, StoredOpenedShareSchema), access_token };
}

/** A try counts as the failure that it may be before it is made, so that of many at once no more are made than may fail. */
async function provePassword(
  c: Context<AppEnv>,
  id: string,
  password: string | undefined,
  hash: string,
): Promise<void> {
  if (password === undefined) throw new Problem("password_required", "This link has a password");
  const own = ratePolicy("share_password", env().RATE_LIMIT_SIGN_IN_ACCOUNT);
  const taken = [
    { bucket: `share_password:${id}:${hashToken(clientAddress(c))}`, policy: own },
    { bucket: `share_password:${id}`, policy: { ...own, limit: own.limit * everybodysShare } },
  ];
  for (const { bucket, policy } of taken) await spendExactly(bucket, policy);
  if (!await isPassword(password, hash)) {
    throw new Problem("wrong_password", "That is not the link's password");
  }
  for (const { bucket, policy } of taken) await giveBack(bucket, policy);
}
