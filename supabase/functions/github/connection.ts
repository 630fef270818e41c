import { z } from "zod";
import { databaseProblem, type Db, parseAnswer, rpc, serviceClient } from "../_shared/db.ts";
import { causeOf, log } from "../_shared/log.ts";
import { Problem } from "../_shared/problem.ts";
import {
  decryptToken,
  encryptToken,
  needsReencryption,
  TokenCipherError,
  type TokenPlace,
} from "../_shared/token_cipher.ts";

/** The person whose GitHub connection is meant. */
export type Person = z.output<typeof PersonSchema>;

/** What is stored of a connection; never sent to anybody. */
export interface NewConnection {
  accountRef: string;
  accessToken: string;
  refreshToken: string | null;
  expiresAt: string | null;
}

/**
 * Who an e-mail address means to this caller; the caller, without one.
 * @throws Problem 404 for somebody they may not see, 403 to change another's connection or as a viewer.
 */
export function personOf(db: Db, email: string | undefined, toChange = false): Promise<Person> {
  const args = { p_email: email, p_to_change: toChange };
  return rpc(db, "data_source_subject", args, PersonSchema);
}

/**
 * The person's own GitHub token, or null without one. One whose key is no longer the current one is encrypted again on
 * the way, so that an old key can be dropped after a while.
 * @throws Problem 409 when the token has expired or cannot be read.
 */
export async function storedToken({ user_id: userId }: Person, now: Date): Promise<string | null> {
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

/** Stores a person's connection in place of the one they had. */
export async function storeConnection(person: Person, connection: NewConnection) {
  const { accessToken, refreshToken } = connection;
  const { data, error } = await serviceClient().from("data_sources").upsert({
    user_id: person.user_id,
    org_id: person.org_id,
    source_name: sourceName,
    account_ref: connection.accountRef,
    expires_at: connection.expiresAt,
    ...await encryptedTokens(person.user_id, accessToken, refreshToken),
  }, { onConflict: "user_id,source_name" })
    .select("account_ref, expires_at, created_at, updated_at").single();
  if (error) throw databaseProblem(error);
  return parseAnswer(StoredConnection, data);
}

/** Forgets a person's connection; nothing happens where there is none. */
export async function removeConnection(person: Person): Promise<void> {
  const { error } = await serviceClient().from("data_sources").delete()
    .eq("user_id", person.user_id).eq("source_name", sourceName);
  if (error) throw databaseProblem(error);
}

const sourceName = "github";

const PersonSchema = z.object({ user_id: z.uuid(), org_id: z.uuid() });

const utc = z.string().transform((time) => new Date(time).toISOString());
const StoredConnection = z.object({
  account_ref: z.string(),
  expires_at: utc.nullable(),
  created_at: utc,
  updated_at: utc,
});

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

async function encryptedTokens(userId: string, accessToken: string, refreshToken: string | null) {
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
