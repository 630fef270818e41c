import assert from "node:assert/strict";
import { startStack } from "../../local/stack.ts";
import { type GeneratedData, generateEvents } from "../../tools/event_generator.ts";
import { countDifferences } from "../helpers/analytics/event_invariants.ts";

const data: GeneratedData = {
  events: 3000,
  persons: 60,
  days: 70,
  seed: 7,
  org: "Generated",
  lastDay: "2026-03-31",
};

Deno.test("generated events are counted like all others", async (t) => {
  const stack = await startStack({ port: 0, memory: true, seed: false, scheduler: false });
  const { database } = stack;
  const generate = (changes: Partial<GeneratedData>) =>
    generateEvents(database, { ...data, ...changes }, () => {});
  const row = async <Row>(statement: string, ...params: unknown[]) => {
    const [first] = await database.query<Row>(statement, params);
    assert.ok(first, statement);
    return first;
  };
  const eventsOf = async (orgId: string) =>
    await database.query(
      `select e.occurred_at, n.name, k.key, e.event_key, e.properties
       from public.events e join public.event_names n on n.id = e.name_id
       join public.person_keys k on k.person_id = e.person_id
       where e.org_id = $1::uuid order by e.event_key`,
      [orgId],
    );
  try {
    const { orgId, firstDay } = await generate({});

    await t.step(
      "as many events as asked for, by the persons and on the days asked for",
      async () => {
        assert.strictEqual(firstDay, "2026-01-21");
        assert.deepStrictEqual(
          await row(
            `select count(*)::int as events, count(distinct person_id)::int as persons, min(day)::text >= '2026-01-21' as begins,
             max(day)::text as ends, count(distinct event_key)::int as keys
           from public.events where org_id = $1::uuid`,
            orgId,
          ),
          { events: 3000, persons: 60, begins: true, ends: "2026-03-31", keys: 3000 },
        );
      },
    );
    await t.step("every count is what a recount of the events says", async () => {
      const query = <Row>(statement: string, ...params: unknown[]) =>
        database.query<Row>(statement, params);
      assert.deepStrictEqual(await countDifferences(orgId, query), []);
      const { wrong } = await row<{ wrong: number }>(
        `select count(*)::int as wrong from public.persons p
         where p.org_id = $1::uuid and (p.first_seen_at, p.last_seen_at) is distinct from
           (select (min(e.occurred_at), max(e.occurred_at)) from public.events e where e.person_id = p.id)`,
        orgId,
      );
      assert.strictEqual(wrong, 0, "first and last seen");
      assert.deepStrictEqual(
        await row("select version::int from private.analytics_versions where org_id = $1", orgId),
        { version: 1 },
      );
    });
    await t.step("many look, some sign up, few buy", async () => {
      const { rows } = await row<{ rows: string[] }>(
        `select array_agg(n.name order by persons desc) as rows from (
           select name_id, count(distinct person_id) as persons from private.person_days where org_id = $1::uuid and name_id > 0 group by 1
         ) counted join public.event_names n on n.id = name_id where n.name in ('page_view', 'signup', 'purchase')`,
        orgId,
      );
      assert.deepStrictEqual(rows, ["page_view", "signup", "purchase"]);
    });
    await t.step("the same seed gives the same events, another one others", async () => {
      const again = await generate({ org: "Again" });
      assert.notStrictEqual(again.orgId, orgId);
      assert.deepStrictEqual(await eventsOf(again.orgId), await eventsOf(orgId));
      const other = await generate({ seed: 8 });
      assert.notDeepStrictEqual(await eventsOf(other.orgId), await eventsOf(orgId));
    });
    await t.step("fewer events than days", async () => {
      const few = await generate({ events: 5, persons: 5 });
      assert.strictEqual((await eventsOf(few.orgId)).length, 5);
    });
    await t.step("one that fails leaves nothing", async () => {
      const kept = () =>
        row(
          `select (select count(*) from public.organizations) as organizations, (select count(*) from public.events) as events,
          (select count(*) from private.person_days) as days`,
        );
      const before = await kept();
      const stopsAtEvents = (line: string) => {
        if (line.includes("events")) throw new Error("interrupted");
      };
      await assert.rejects(generateEvents(database, data, stopsAtEvents), /interrupted/);
      assert.deepStrictEqual(await kept(), before);
    });
  } finally {
    await stack.stop();
  }
});
