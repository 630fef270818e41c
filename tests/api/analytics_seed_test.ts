import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";

Deno.test("the demo organization has 55 people and 1,111 events on 60 days", async () => {
  const org_id = "00000000-0000-4000-8000-0000000000a1";
  // The days before the one on which the demo data was made.
  const days = await sqlRow<{ first: string; last: string }>(
    "select min(day)::text as first, max(day)::text as last from public.events where org_id = $1::uuid",
    org_id,
  );
  const query = { org_id, start_date: days.first, end_date: days.last };
  const read = (path: string) => api(path, { as: "service", query });
  const { body } = await read("/analytics");
  // 1,000 clicks, 55 who signed up, 37 who made a report and 19 who upgraded.
  assert.strictEqual(body["n"], 1111);
  const daily = (body["daily_counts"] as { count: number }[]).map(({ count }) => count);
  assert.strictEqual(daily.length, 60);
  assert.ok(daily.every((count) => count > 0), String(daily));
  const breakdown = await api("/analytics/breakdown", {
    as: "service",
    query: { ...query, by: "age_group" },
  });
  const groups = breakdown.body["groups"] as { value: string; persons: number }[];
  assert.strictEqual(groups.reduce((sum, { persons }) => sum + persons, 0), 55);
  assert.deepStrictEqual(groups.map(({ value }) => value).toSorted(), [
    "18-40",
    "<18",
    ">40",
    "unknown",
  ]);
  await assertExactCounts(org_id);
  const funnel = await api("/analytics/funnel", {
    as: "service",
    query: { ...query, steps: "signed_up,report_created,plan_upgraded" },
  });
  assert.strictEqual(funnel.status, 200, funnel.text);
  const [all] = funnel.body["groups"] as { steps: { count: number }[] }[];
  assert.deepStrictEqual(all?.steps.map(({ count }) => count), [55, 37, 19]);
});
