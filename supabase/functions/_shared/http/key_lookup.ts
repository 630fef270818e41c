import { z } from "@hono/zod-openapi";
import { hashApiKey, parseApiKey } from "./api_key.ts";
import { rpc, serviceClient } from "../database/db.ts";
import { env } from "./env.ts";

/** What is known of a key. */
export type FoundKey = z.output<typeof StoredKeySchema> & { id: string };

/** Finds out whose a key is, as it came in a request; null when it is not even one. */
export type KeyLookup = (key: string) => Promise<FoundKey | null>;

const StoredKeySchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal(["unknown", "revoked", "expired"]) }),
  z.object({
    state: z.literal("active"),
    org_id: z.string(),
    scopes: z.array(z.enum(["ingest", "read", "admin"])),
    publishable: z.boolean(),
    source_name: z.string().nullable(),
    allowed_origins: z.array(z.string()),
  }),
]);

/** Asks the database. */
export async function lookUpKey(key: string): Promise<FoundKey | null> {
  const parts = parseApiKey(key);
  if (parts === null) return null;
  const args = { p_id: parts.id, p_secret_hash: hashApiKey(parts, env().API_KEY_SECRET) };
  const stored = await rpc(serviceClient(), "authenticate_api_key", args, StoredKeySchema);
  return { ...stored, id: parts.id };
}

/** For how long, and for how many keys, a lookup remembers. */
export interface Memory {
  milliseconds: number;
  keys: number;
  /** The time in milliseconds. */
  now?: () => number;
}

/**
 * A lookup that remembers active keys, and asks once for requests that come together. Whoever uses it must have the
 * database look at the key again before anything is written or answered, as private.event_organization() does.
 */
export function rememberKeys(
  lookUp: KeyLookup,
  { milliseconds, keys, now = Date.now }: Memory,
): KeyLookup {
  const remembered = new Map<string, { until: number; found: Promise<FoundKey | null> }>();

  const ask = async (key: string): Promise<FoundKey | null> => {
    let found: FoundKey | null = null;
    try {
      found = await lookUp(key);
      return found;
    } finally {
      if (found?.state !== "active") remembered.delete(key);
    }
  };

  return (key) => {
    const known = remembered.get(key);
    if (known !== undefined && now() < known.until) return known.found;
    if (remembered.size >= keys) remembered.clear();
    const found = ask(key);
    remembered.set(key, { until: now() + milliseconds, found });
    return found;
  };
}
