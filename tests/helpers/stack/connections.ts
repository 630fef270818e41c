import {
  decryptToken,
  encryptToken,
  type TokenKeys,
} from "../../../supabase/functions/_shared/github/token_cipher.ts";
import { testEnv } from "./api.ts";
import { sql } from "./database.ts";
import { githubControl, type RecordedRequest } from "../github/github_server.ts";

/** The keys the functions encrypt tokens with; the first is the current one. */
export function encryptionKeys(): TokenKeys {
  return testEnv("TEST_ENCRYPTION_KEYS").split(",").map((pair) => {
    const [id = "", encoded = ""] = pair.split(":");
    return { id, key: Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)) };
  });
}

/** A token the stand-in treats so, of an account of that name, that no other test uses. */
export function newToken(behaviour = "ok", login = "somebody"): string {
  return `ghp_${behaviour}-${login}-${crypto.randomUUID()}`;
}

/** What the stand-in for GitHub was asked with a token, oldest first. */
export function requestsOf(token: string): Promise<RecordedRequest[]> {
  return githubControl(testEnv("TEST_GITHUB_URL")).requestsOf(token);
}

/** Stores a GitHub token past the API, which would not take one that GitHub refuses. */
export async function storeToken(
  person: { id: string; orgId: string },
  token: string,
  { keys = encryptionKeys(), refreshToken = "ghr_refresh", expiresAt = null }: {
    keys?: TokenKeys;
    refreshToken?: string;
    expiresAt?: string | null;
  } = {},
): Promise<void> {
  const place = { userId: person.id, sourceName: "github" };
  const access = await encryptToken(token, { ...place, field: "access_token" }, keys);
  const refresh = await encryptToken(refreshToken, { ...place, field: "refresh_token" }, keys);
  await sql(
    `insert into public.data_sources
       (user_id, org_id, source_name, account_ref, access_token, refresh_token, token_key_id, expires_at)
     values ($1::uuid, $2::uuid, 'github', 'somebody', $3, $4, $5, $6::timestamptz)`,
    person.id,
    person.orgId,
    access.ciphertext,
    refresh.ciphertext,
    access.keyId,
    expiresAt,
  );
}

/** What is stored of a person's GitHub connection. */
export async function storedConnection(userId: string): Promise<StoredConnection | undefined> {
  const [row] = await sql<StoredConnection>(
    `select account_ref, access_token, refresh_token, token_key_id, expires_at::text
     from public.data_sources where user_id = $1::uuid and source_name = 'github'`,
    userId,
  );
  return row;
}

/** A person's stored tokens, opened with those keys. */
export async function storedTokens(
  userId: string,
  keys: TokenKeys,
): Promise<Record<"access_token" | "refresh_token", string>> {
  const row = await storedConnection(userId);
  if (row === undefined) throw new Error("No connection is stored");
  const open = (field: "access_token" | "refresh_token") => {
    const encrypted = { ciphertext: row[field] ?? "", keyId: row.token_key_id };
    return decryptToken(encrypted, { userId, sourceName: "github", field }, keys);
  };
  return { access_token: await open("access_token"), refresh_token: await open("refresh_token") };
}

export interface StoredConnection {
  account_ref: string;
  access_token: string;
  refresh_token: string | null;
  token_key_id: string;
  expires_at: string | null;
}
