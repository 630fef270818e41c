import { z } from "zod";
import { databaseProblem, type Db, serviceClient } from "../_shared/database/db.ts";
import { causeOf, log } from "../_shared/http/log.ts";

/** What GitHub answered before, with the ETag to ask again with. */
export interface Kept {
  etag: string;
  body: unknown;
}

/** Where answers are kept between requests. */
export interface EtagCache {
  get(key: string): Promise<Kept | null>;
  put(key: string, kept: Kept): Promise<void>;
}

/** The cache in the table `github_cache`, which only the service reaches. It never fails a request. */
export function databaseCache(): EtagCache {
  return unfailing(tableCache(serviceClient()));
}

/** A cache that logs its faults and goes on: without it GitHub is asked plainly, which costs quota and nothing more. */
export function unfailing(cache: EtagCache): EtagCache {
  return {
    get: (key) =>
      cache.get(key).catch((error: unknown) => {
        warn("read", error);
        return null;
      }),
    put: (key, kept) => cache.put(key, kept).catch((error: unknown) => warn("write", error)),
  };
}

function tableCache(db: Db): EtagCache {
  return {
    async get(key) {
      const { data, error } = await db.from("github_cache").select("etag, body")
        .eq("cache_key", key).abortSignal(AbortSignal.timeout(patience)).maybeSingle();
      if (error) throw databaseProblem(error);
      return data;
    },
    async put(key, { etag, body }) {
      const { error } = await db.from("github_cache").upsert({
        cache_key: key,
        etag,
        body: Storable.parse(body),
        stored_at: new Date().toISOString(),
      }).abortSignal(AbortSignal.timeout(patience));
      if (error) throw databaseProblem(error);
    },
  };
}

/** How long the cache may take, in milliseconds: no longer than asking GitHub plainly would. */
const patience = 2_000;

/** What the column takes: JSON, but not the value null. */
const Storable = z.union([z.array(z.json()), z.record(z.string(), z.json())]);

function warn(act: string, error: unknown): void {
  log("warn", "github_cache_failed", { act, cause: causeOf(error) });
}
