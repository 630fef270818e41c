import type { z } from "@hono/zod-openapi";
import type { StoredDiskSchema } from "./schemas.ts";

/**
 * How near the end of the disk is: against a limit in MB (10^6 bytes), at the growth of the days before. Unknown without a limit; days
 * left are unknown too while the database does not grow; `null_reason` says which it is.
 */
export function diskOf(stored: z.output<typeof StoredDiskSchema>, limitMb: number | undefined) {
  const limit = limitMb === undefined ? null : limitMb * 1_000_000;
  const growth = stored.growth_bytes_per_day;
  const null_reason = limit === null
    ? "no_limit" as const
    : growth === null
    ? "no_samples" as const
    : growth <= 0
    ? "not_growing" as const
    : null;
  const days = limit === null || growth === null || growth <= 0
    ? null
    : Math.max(Math.floor((limit - stored.bytes) / growth), 0);
  return {
    ...stored,
    limit_bytes: limit,
    used_pct: limit === null ? null : Math.round(stored.bytes / limit * 1000) / 10,
    days_left: days,
    null_reason,
  };
}
