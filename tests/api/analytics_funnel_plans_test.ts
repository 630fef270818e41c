import assert from "node:assert/strict";
import { AnalyticsModel, type PlainEvent } from "../helpers/analytics/analytics_model.ts";
import { sqlScript } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { seeded } from "../helpers/inputs/random.ts";
import { trackEvents } from "../helpers/analytics/tracked.ts";

const range = { start: "2026-03-02", end: "2026-03-13" };
const funnels = ["a,b", "a,b,c", "b,a", "a,a,b", "c,b,a,d", "d,d"].map((steps) => steps.split(","));
const windows = [1, 20, 24 * 8];
const plans = ["each person", "sorted", "look back", "look ahead"];

Deno.test("a funnel is the same whichever events it is counted from", async (t) => {
  // Ten minutes are a moment here, so that much happens at the same one.
  const events = randomEvents();
  const model = new AnalyticsModel(events, "UTC");
  const orgId = (await newOrganization({ timeZone: "UTC" })).id;
  await trackEvents(
    orgId,
    events.map(({ at, name, person }) => [new Date(at).toISOString(), name, person]),
  );
  const asked = funnels.flatMap((steps) => windows.map((hours) => ({ steps, hours })));
  const expected = asked.map(({ steps, hours }) => {
    const counts = model.funnel(range.start, range.end, steps, hours * 3_600_000, false);
    return `${steps} in ${hours} h: ${counts}`;
  });
  const waits = (await counted(orgId, "each person", asked)).map((row) => row.waits);
  for (const plan of plans) {
    await t.step(plan, async () => {
      const rows = await counted(orgId, plan, asked);
      assert.deepStrictEqual(rows.map((row) => row.counts), expected);
      assert.deepStrictEqual(rows.map((row) => row.waits), waits);
    });
  }
});

/** What one plan counts in two parts of the persons, as `steps in hours: counts`, and each wait. */
async function counted(
  orgId: string,
  plan: string,
  asked: { steps: string[]; hours: number }[],
): Promise<{ counts: string; waits: unknown }[]> {
  const values = asked.map(({ steps, hours }, i) =>
    `(${i}, '{${steps}}'::text[], '${hours} hours'::interval)`
  );
  const [, , rows = []] = await sqlScript(`
    begin;
    select set_config('request.jwt.claims', '{"role": "service_role"}', true);
    with asked (i, steps, span) as (values ${values}),
    passed as (
      select asked.i, f.step, f.waited
      from asked
      cross join private.analytics_range('${orgId}', '${range.start}', '${range.end}', false) as r
      cross join lateral (select array(
        select n.id from unnest(asked.steps) with ordinality as s (name, i)
        join public.event_names n on n.org_id = '${orgId}' and n.name = s.name order by s.i)) as named (ids)
      cross join generate_series(0, 1) as part
      cross join lateral private.funnel_part(r, named.ids, asked.span, false, '${plan}', part, 2) as f
    )
    select asked.i,
      array(
        select count(passed.i) from generate_subscripts(asked.steps, 1) as step
        left join passed on passed.i = asked.i and passed.step = step.step group by step.step order by step.step)::text as counts,
      array(select waited::text from passed where passed.i = asked.i order by step, waited)::text as waits
    from asked order by asked.i;
    commit;`);
  return rows.map(({ counts, waits }, i) => ({
    counts: `${asked[i]?.steps} in ${asked[i]?.hours} h: ${String(counts).slice(1, -1)}`,
    waits,
  }));
}

/** Three weeks of events of nine persons, and of nobody; a is the commonest, d the rarest. Always the same. */
function randomEvents(): PlainEvent[] {
  const from = Date.parse("2026-02-27T00:00:00Z");
  const { below } = seeded(20260302);
  return Array.from({ length: 500 }, () => {
    const person = below(10);
    return {
      at: from + below(6 * 24 * 21) * 600_000,
      name: "aaaaabbbccd"[below(11)] ?? "a",
      person: person === 9 ? null : `u:${person}`,
    };
  });
}
