import { createApiKey } from "../../../supabase/functions/_shared/http/api_key.ts";
import { testEnv } from "../stack/api.ts";
import { sql } from "../stack/database.ts";

export interface KeyOptions {
  scopes?: string[];
  sourceName?: string;
  origins?: string[];
  publishable?: boolean;
  expiresAt?: string;
  revoked?: boolean;
}

/** A key of an organization, stored past the API: with every scope unless said otherwise. */
export async function newKey(
  orgId: string,
  { scopes = ["ingest", "read", "admin"], ...options }: KeyOptions = {},
): Promise<{ key: string; id: string }> {
  const { key, id, secretHash } = createApiKey(testEnv("TEST_API_KEY_SECRET"));
  await sql(
    `insert into public.api_keys
       (id, org_id, name, scopes, source_name, allowed_origins, publishable, secret_hash, expires_at, revoked_at)
     values ($1, $2::uuid, 'Tests', string_to_array($3, ','), $4, string_to_array($5, ','), $6::boolean, $7, $8::timestamptz,
       case when $9::boolean then now() end)`,
    id,
    orgId,
    scopes.join(","),
    options.sourceName ?? null,
    (options.origins ?? []).join(","),
    options.publishable ?? false,
    secretHash,
    options.expiresAt ?? null,
    options.revoked ?? false,
  );
  return { key, id };
}
