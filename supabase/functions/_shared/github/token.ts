import { databaseProblem, serviceClient } from "../database/db.ts";
import { causeOf, log } from "../http/log.ts";
import { Problem } from "../http/problem.ts";
import {
  decryptToken,
  encryptToken,
  needsReencryption,
  TokenCipherError,
  type TokenPlace,
} from "./token_cipher.ts";

/** What connections to GitHub are called among the connected products. */
export const sourceName = "github";

/**
 * The person's own GitHub token, or null without one. One whose key is no longer the current one is encrypted again on
 * the way, so that an old key can be dropped after a while.
 * @throws Problem 409 when the token has expired or cannot be read.
 */
export async function storedToken(userId: string, now: Date): Promise<string | null> {
  const { data: row, error: failed } = await serviceClient().from("data_sources")
    .select("access_token, refresh_token, token_key_id, expires_at, updated_at")
    .eq("user_id", userId).eq("source_name", sourceName).maybeSingle();
  if (failed) throw databaseProblem(failed);
  if (row === null || row.access_token === null || row.token_key_id === null) return null;
  if (row.expires_at !== null && Date.parse(row.expires_at) <= now.getTime()) {
    throw unusable(`ended at ${new Date(row.expires_at).toISOString()}`);
  }
  const { access_token: ciphertext, token_key_id: keyId } = row;
  try {
    const place = placeOf(userId, "access_token");
    const token = await decryptToken({ ciphertext, keyId }, place);
    if (needsReencryption(keyId)) await reencrypt(userId, token, { ...row, token_key_id: keyId });
    return token;
  } catch (error) {
    if (!(error instanceof TokenCipherError)) throw error;
    log("error", "stored_token_unreadable", { source: sourceName, cause: causeOf(error) });
    throw unusable("cannot be read any more");
  }
}

interface StoredTokens {
  access_token: string | null;
  refresh_token: string | null;
  token_key_id: string;
  updated_at: string;
}

/** Encrypts a row's tokens again with the current key, unless somebody has changed the row meanwhile. */
async function reencrypt(userId: string, accessToken: string, row: StoredTokens): Promise<void> {
  try {
    const refreshToken = row.refresh_token === null ? null : await decryptToken(
      { ciphertext: row.refresh_token, keyId: row.token_key_id },
      placeOf(userId, "refresh_token"),
    );
    await serviceClient().from("data_sources")
      .update(await encryptedTokens(userId, accessToken, refreshToken))
      .eq("user_id", userId).eq("source_name", sourceName).eq("updated_at", row.updated_at)
      .throwOnError();
  } catch (error) {
    // The token at hand is good; the next read tries again.
    log("warn", "token_reencryption_failed", { source: sourceName, cause: causeOf(error) });
  }
}

/** A connection's tokens as they are stored. */
export async function encryptedTokens(
  userId: string,
  accessToken: string,
  refreshToken: string | null,
) {
  const access = await encryptToken(accessToken, placeOf(userId, "access_token"));
  const refresh = refreshToken === null
    ? null
    : await encryptToken(refreshToken, placeOf(userId, "refresh_token"));
  return {
    access_token: access.ciphertext,
    refresh_token: refresh?.ciphertext ?? null,
    token_key_id: access.keyId,
  };
}

function placeOf(userId: string, field: TokenPlace["field"]): TokenPlace {
  return { userId, sourceName, field };
}

function unusable(why: string): Problem {
  return new Problem(
    "github_token_unusable",
    `The stored GitHub token ${why}. Connect GitHub again with PUT /github/connection`,
  );
}
