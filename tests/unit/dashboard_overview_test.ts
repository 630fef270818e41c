import { deepStrictEqual } from "node:assert/strict";
import { findingsOf } from "../../supabase/functions/dashboard/overview_findings.ts";
import type { OverviewTile } from "../../supabase/functions/dashboard/overview_schemas.ts";

const period = {
  start: "2026-10-05",
  end: "2026-10-11",
  days: 7,
  time_zone: "UTC",
  complete: true,
};

/** A tile of 100 rows that changed by so many per cent from 100. */
function tile(key: string, change: number | null, more: Partial<OverviewTile> = {}) {
  return {
    pillar: "marketing" as const,
    key,
    label: key,
    unit: "visits",
    direction: "higher_is_better" as const,
    definition: "tiles.sum@1",
    value: 100 + (change ?? 0),
    n: 100,
    null_reason: null,
    previous: { value: 100, n: 100, period },
    change: { value: change, unit: "%" as const, null_reason: null },
    series: null,
    band: null,
    target: null,
    status: null,
    ...more,
  };
}

const shortOf = (tiles: Parameters<typeof findingsOf>[0]) =>
  findingsOf(tiles).map(({ key, kind, tone }) => `${key} ${kind} ${tone}`);

Deno.test("findingsOf() tells the larger move first, and of two equal ones the bad one", () => {
  deepStrictEqual(
    shortOf([
      tile("a", 7),
      tile("b", 30),
      tile("c", -7),
      tile("d", -12, { direction: "lower_is_better" }),
      tile("e", 9, { direction: "neutral" }),
    ]),
    ["b change good", "d change good", "e change neutral", "c change bad", "a change good"],
  );
});

Deno.test("findingsOf() tells what went quiet before all, and what is new after all", () => {
  deepStrictEqual(
    shortOf([
      tile("new", null, {
        previous: { value: 0, n: 0, period },
        change: { value: null, unit: "%", null_reason: "new" },
      }),
      tile("moved", 50),
      tile("quiet", null, { value: null, n: 0, null_reason: "no_data" }),
    ]),
    ["quiet quiet bad", "moved change good", "new new good"],
  );
});

Deno.test("findingsOf() tells at most five", () => {
  deepStrictEqual(shortOf(["a", "b", "c", "d", "e", "f"].map((key) => tile(key, 10))).length, 5);
});

for (
  const [what, one] of Object.entries({
    "a move of less than 5": tile("a", 4.9),
    "a move of fewer than ten rows": tile("a", 50, {
      n: 9,
      previous: { value: 100, n: 9, period },
    }),
    "what is compared with nothing": tile("a", 50, { previous: null, change: null }),
    "silence after silence": tile("a", null, {
      value: null,
      n: 0,
      previous: { value: null, n: 0, period },
    }),
  })
) {
  Deno.test(`findingsOf() leaves out ${what}`, () => deepStrictEqual(findingsOf([one]), []));
}
