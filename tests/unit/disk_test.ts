import assert from "node:assert/strict";
import { diskOf } from "../../supabase/functions/health/disk.ts";

const stored = {
  bytes: 400_000_000,
  pillars: [],
  since: "2026-11-01",
  growth_bytes_per_day: 3_000_000,
};

Deno.test("diskOf() tells how near the limit is", () => {
  const cases: [number, number | null, number | undefined, (number | string | null)[]][] = [
    // 400 of 500 MB, 3 MB a day: 33 days and a third.
    [400_000_000, 3_000_000, 500, [500_000_000, 80, 33, null]],
    [400_000_000, 3_000_000, undefined, [null, null, null, "no_limit"]],
    [400_000_000, null, undefined, [null, null, null, "no_limit"]],
    [400_000_000, null, 500, [500_000_000, 80, null, "no_samples"]],
    [400_000_000, 0, 500, [500_000_000, 80, null, "not_growing"]],
    [400_000_000, -1_000_000, 500, [500_000_000, 80, null, "not_growing"]],
    // Past it nothing is left.
    [512_500_000, 1_000_000, 500, [500_000_000, 102.5, 0, null]],
  ];
  for (const [bytes, growth_bytes_per_day, limit, expected] of cases) {
    const { limit_bytes, used_pct, days_left, null_reason } = diskOf(
      { ...stored, bytes, growth_bytes_per_day },
      limit,
    );
    assert.deepStrictEqual([limit_bytes, used_pct, days_left, null_reason], expected);
  }
});
