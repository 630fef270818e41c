import assert from "node:assert/strict";
import { fourOf, personWithNumbers, tiles, week } from "../helpers/metrics/tiles.ts";
import { assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("GET /dashboard/tiles sums a window, both ends included", async () => {
  const { status, body, text } = await tiles({ email: await personWithNumbers(), ...week });
  assert.strictEqual(status, 200, text);
  assert.deepStrictEqual(fourOf(body), [175, 4, 300, null]);
  assert.deepStrictEqual(body.period, {
    ...week,
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  });
  assert.strictEqual(body.comparison, null);
  assert.strictEqual(body.definition, "tiles.sum@1");
  assert.ok(body.tiles.every(({ definition }) => definition === "tiles.sum@1"));
  assert.deepStrictEqual(
    body.tiles.map((
      { key, label, unit, direction, value, n, null_reason, previous, change_pct },
    ) => [key, label, unit, direction, value, n, null_reason, previous, change_pct]),
    [
      ["sessions", "Sessions", "sessions", "higher_is_better", 175, 3, null, null, null],
      ["conversions", "Conversions", "conversions", "higher_is_better", 4, 2, null, null, null],
      ["ig_reach", "Instagram reach", "accounts", "higher_is_better", 300, 1, null, null, null],
      [
        "engagement",
        "Engagement",
        "interactions",
        "higher_is_better",
        null,
        0,
        "no_data",
        null,
        null,
      ],
    ],
  );
});

Deno.test("GET /dashboard/tiles fills silent days with 0 where the metric reported, else with null", async () => {
  const { body } = await tiles({ email: await personWithNumbers(), ...week });
  const days = ["09", "10", "11", "12", "13", "14", "15"].map((day) => `2026-11-${day}`);
  const expected: Record<string, (number | null)[]> = {
    sessions: [150, 0, 0, 0, 0, 0, 25],
    conversions: [1, 0, 0, 0, 0, 0, 3],
    ig_reach: [0, 0, 0, 0, 0, 0, 300],
    engagement: [null, null, null, null, null, null, null],
  };
  for (const { key, series } of body.tiles) {
    assert.deepStrictEqual(series.map(({ date }) => date), days, key);
    assert.deepStrictEqual(series.map(({ value }) => value), expected[key], key);
  }
});

Deno.test("GET /dashboard/tiles without a window is all time", async () => {
  const { body } = await tiles({ email: await personWithNumbers() });
  // 1000 + 60 + 40 + 90 + 50 + 100 + 50 + 25 + 8
  assert.deepStrictEqual(fourOf(body), [1423, 4, 300, null]);
  assert.deepStrictEqual(body.period, {
    start: "2025-11-08",
    end: "2026-11-16",
    days: 374,
    time_zone: "America/Los_Angeles",
    complete: true,
  });
});

Deno.test("GET /dashboard/tiles until a day is everything up to it", async () => {
  const { body } = await tiles({ email: await personWithNumbers(), end: "2026-11-08" });
  assert.deepStrictEqual(fourOf(body), [1240, 0, null, null]);
});

const comparisons: [string, Record<string, string>, unknown, unknown[][]][] = [
  [
    "previous is the window of the same length just before",
    { ...week, compare: "previous" },
    { mode: "previous", start: "2026-11-02", end: "2026-11-08" },
    // sessions (175 − 140) ÷ 140 × 100 = 25; conversions from 0 to 4 has no percentage.
    [[140, 2, 25, null], [0, 1, null, "new"], [null, 0, null, "no_previous"], [
      null,
      0,
      null,
      "no_data",
    ]],
  ],
  [
    "year is the same days a year ago",
    { ...week, compare: "year" },
    { mode: "year", start: "2025-11-09", end: "2025-11-15" },
    // (175 − 100) ÷ 100 × 100 = 75
    [[100, 2, 75, null], [null, 0, null, "no_previous"], [null, 0, null, "no_previous"], [
      null,
      0,
      null,
      "no_data",
    ]],
  ],
  [
    "a single day is compared with the day before",
    { start: "2026-11-09", end: "2026-11-09", compare: "previous" },
    { mode: "previous", start: "2026-11-08", end: "2026-11-08" },
    // (150 − 50) ÷ 50 × 100 = 200
    [[50, 1, 200, null], [null, 0, null, "no_previous"], [null, 0, null, "no_data"], [
      null,
      0,
      null,
      "no_data",
    ]],
  ],
  [
    "a leap day is compared with the last of February",
    { start: "2028-02-29", end: "2028-02-29", compare: "year" },
    { mode: "year", start: "2027-02-28", end: "2027-02-28" },
    [[null, 0, null, "no_data"], [null, 0, null, "no_data"], [null, 0, null, "no_data"], [
      null,
      0,
      null,
      "no_data",
    ]],
  ],
];

for (const [what, query, comparison, expected] of comparisons) {
  Deno.test(`GET /dashboard/tiles where ${what}`, async () => {
    const { body, text } = await tiles({ email: await personWithNumbers(), ...query });
    assert.deepStrictEqual(body.comparison, comparison, text);
    assert.deepStrictEqual(
      body.tiles.map((
        { previous, previous_n, change_pct, change_reason },
      ) => [previous, previous_n, change_pct, change_reason]),
      expected,
    );
  });
}

Deno.test("GET /dashboard/tiles has each number as a metric, with what it was and how it changed", async () => {
  const { body } = await tiles({ email: await personWithNumbers(), ...week, compare: "previous" });
  const period = {
    start: "2026-11-02",
    end: "2026-11-08",
    days: 7,
    time_zone: "America/Los_Angeles",
    complete: true,
  };
  assert.deepStrictEqual(body.metrics[0], {
    key: "sessions",
    label: "Sessions",
    unit: "sessions",
    direction: "higher_is_better",
    definition: "tiles.sum@1",
    value: 175,
    n: 3,
    null_reason: null,
    previous: { value: 140, n: 2, period },
    change: { value: 25, unit: "%", null_reason: null },
  });
  assert.deepStrictEqual(
    body.metrics.map(({ key, change }) => [key, change?.value, change?.null_reason]),
    [
      ["sessions", 25, null],
      ["conversions", null, "new"],
      ["ig_reach", null, "no_previous"],
      ["engagement", null, "no_data"],
    ],
  );
  const alone = await tiles({ email: await personWithNumbers(), ...week });
  assert.deepStrictEqual(
    alone.body.metrics.map(({ previous, change }) => [previous, change]),
    Array(4).fill([null, null]),
  );
});

Deno.test("GET /dashboard/tiles says that today, and what is to come, is only a part", async () => {
  const { email } = await seedPerson();
  const [{ yesterday = "", tomorrow = "" } = {}] = await sql<
    { yesterday: string; tomorrow: string }
  >(
    `select (day - 1)::text as yesterday, (day + 1)::text as tomorrow
     from (select (now() at time zone 'America/Los_Angeles')::date as day) today`,
  );
  const { body } = await tiles({ email, start: yesterday, end: tomorrow });
  assert.strictEqual(body.period.complete, false);
  assert.deepStrictEqual(
    body.tiles[0]?.series.map(({ complete }) => complete),
    [true, false, false],
  );
});

const faults: [string, Record<string, string>, string[]][] = [
  ["no e-mail address from the service", {}, ["email"]],
  ["an end before its start", { start: "2026-11-15", end: "2026-11-09" }, ["end"]],
  ["more than ten years", { start: "2000-01-01", end: "2026-11-09" }, ["end"]],
  ["a comparison without a start", { compare: "previous" }, ["compare"]],
  ["a comparison with something else", { ...week, compare: "month" }, ["compare"]],
];

for (const [what, query, paths] of faults) {
  Deno.test(`GET /dashboard/tiles refuses ${what}`, async () => {
    assertProblem(await tiles(query), 422, "validation_failed", paths);
  });
}
