import assert from "node:assert/strict";
import { profileMetrics } from "../../supabase/functions/profile/metrics.ts";
import type { Counts } from "../../supabase/functions/profile/schemas.ts";

const period = { start: "2026-11-09", end: "2026-11-15", days: 7, time_zone: "UTC" };
const window = { ...period, start: "2026-11-09T00:00:00Z", end: "2026-11-16T00:00:00Z" };
const counts: Counts = {
  sessions: 5,
  tokens: 900,
  cost_usd: 3,
  unmeasured_sessions: 0,
  uncosted_sessions: 1,
  people_accepted: 1,
  people_rejected: 3,
  automatic_decisions: 0,
  latency_ms_sum: 700,
  latency_calls: 2,
};
const nothing = Object.fromEntries(Object.keys(counts).map((key) => [key, 0])) as typeof counts;
const now = new Date("2026-11-15T12:00:00Z");

function metrics(current: Counts, before: Counts | null) {
  const lists = { most_used_models: [], active_repos: [], sessions_by_date: [] };
  const previous = before && { period, counts: before };
  return profileMetrics({ window, period, counts: current, previous, ...lists }, now);
}

Deno.test("profileMetrics() knows no cost, rate or latency where nothing tells it", () => {
  const rows = (given: Counts) =>
    metrics(given, null).map(({ key, value, n, null_reason }) => [key, value, n, null_reason]);
  assert.deepStrictEqual(rows(counts), [
    ["sessions", 5, 5, null],
    ["tokens", 900, 5, null],
    ["cost_usd", 3, 4, null],
    ["acceptance_rate", 25, 4, null],
    ["latency_ms", 350, 2, null],
  ]);
  assert.deepStrictEqual(rows({ ...nothing, sessions: 2, uncosted_sessions: 2 }), [
    ["sessions", 2, 2, null],
    ["tokens", 0, 2, null],
    ["cost_usd", null, 0, "no_cost"],
    ["acceptance_rate", null, 0, "no_decisions"],
    ["latency_ms", null, 0, "no_latency"],
  ]);
});

Deno.test("profileMetrics() compares with the period before, rates in points", () => {
  const before = {
    ...counts,
    sessions: 4,
    people_accepted: 2,
    people_rejected: 2,
    latency_calls: 0,
  };
  const changes = metrics(counts, before).map(({ previous, change }) => [
    ...[previous?.value, previous?.n, previous?.period.complete],
    ...[change?.value, change?.unit, change?.null_reason],
  ]);
  assert.deepStrictEqual(changes, [
    [4, 4, false, 25, "%", null],
    [900, 4, false, 0, "%", null],
    [3, 3, false, 0, "%", null],
    [50, 4, false, -25, "points", null],
    [null, 0, false, null, "%", "no_previous"],
  ]);
});
