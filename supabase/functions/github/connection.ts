import { z } from "zod";
import {
  databaseProblem,
  type Db,
  parseAnswer,
  rpc,
  serviceClient,
} from "../_shared/database/db.ts";
import { encryptedTokens, sourceName } from "../_shared/github/token.ts";

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

/** What is known of a person's connection; never a token. Null where there is none. */
export async function foundConnection(person: Person) {
  const { data, error } = await serviceClient().from("data_sources")
    .select("account_ref, expires_at, created_at, updated_at")
    .eq("user_id", person.user_id).eq("source_name", sourceName)
    .not("account_ref", "is", null).maybeSingle();
  if (error) throw databaseProblem(error);
  return parseAnswer(StoredConnection.nullable(), data);
}

/** Forgets a person's connection; nothing happens where there is none. */
export async function removeConnection(person: Person): Promise<void> {
  const { error } = await serviceClient().from("data_sources").delete()
    .eq("user_id", person.user_id).eq("source_name", sourceName);
  if (error) throw databaseProblem(error);
}

const PersonSchema = z.object({ user_id: z.uuid(), org_id: z.uuid() });

const utc = z.string().transform((time) => new Date(time).toISOString());
const StoredConnection = z.object({
  account_ref: z.string(),
  expires_at: utc.nullable(),
  created_at: utc,
  updated_at: utc,
});
