import { z } from "zod";
import { type Db, serviceClient } from "../_shared/db.ts";
import { causeOf, log } from "../_shared/log.ts";

/** What GitHub answered before, with the ETag to ask again with. */
export interface Kept {
  etag: string;
  body: unknown;
}

/** Where answers are kept between requests. Neither reading nor writing fails: without it, GitHub is asked plainly. */
export interface EtagCache {
  get(key: string): Promise<Kept | null>;
  put(key: string, kept: Kept): Promise<void>;
}

/** The cache in the table `github_cache`, which only the service reaches. */
export function databaseCache(db: Db = serviceClient()): EtagCache {
  return {
    get: (key) =>
      orWarn("read", null, async () => {
        const { data } = await db.from("github_cache").select("etag, body").eq("cache_key", key)
          .maybeSingle().throwOnError();
        return data;
      }),
    put: (key, { etag, body }) =>
      orWarn("write", undefined, async () => {
        if (etag.length > longestEtag) return;
        await db.from("github_cache").upsert({
          cache_key: key,
          etag,
          body: Storable.parse(body),
          stored_at: new Date().toISOString(),
        }).throwOnError();
      }),
  };
}

const longestEtag = 300;

/** What the column takes: JSON, but not the value null. */
const Storable = z.union([z.array(z.json()), z.record(z.string(), z.json())]);

async function orWarn<T>(act: string, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log("warn", "github_cache_failed", { act, cause: causeOf(error) });
    return otherwise;
  }
}
