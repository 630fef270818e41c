import assert from "node:assert/strict";
import { keepFor, trim } from "../helpers/tenancy/trims.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

interface Read {
  period: { time_zone: string; recounting_to?: string };
  series: Record<string, unknown>[];
}

/** Runs the job until there is nothing left for it to do; other tests' organizations may be among what it does. */
async function recount(): Promise<void> {
  for (;;) {
    const [row] = await sql<{ done: string | null }>("select private.recount_days()::text as done");
    if (row === undefined || row.done === null) return;
  }
}

Deno.test("a change of the time zone counts the days anew, and until then every read says the zone before", async (t) => {
  const { id: orgId } = await newOrganization({ timeZone: "America/Los_Angeles" });
  const { key } = await newKey(orgId);
  const headers = { authorization: `Bearer ${key}` };
  // 20:00 and 23:00 on the second of March in Los Angeles, which is the third in Berlin; 09:00 on the third there.
  await trackEvents(orgId, [
    ["2026-03-03T04:00:00Z", "open", "u:ann"],
    ["2026-03-03T07:00:00Z", "save", "u:ann"],
    ["2026-03-03T17:00:00Z", "open", "u:bob"],
    ["2026-03-03T05:00:00Z", "open", null],
  ]);
  const query = { start: "2026-03-02", end: "2026-03-03" };
  const read = async (path: string) => (await api<Read>(path, { headers, query })).body;
  const days = async () => {
    const active = await read("/analytics/active-users");
    const sessions = await read("/analytics/sessions");
    const overview = (await api("/analytics", { headers, query })).body;
    return {
      zone: [active.period.time_zone, active.period.recounting_to],
      dau: active.series.map(({ dau }) => dau),
      sessions: sessions.series.map(({ sessions }) => sessions),
      events: (overview["daily_counts"] as { date: string; count: number }[])
        .map(({ date, count }) => [date, count]),
    };
  };
  const before = {
    dau: [1, 1],
    // Three hours lie between Ann's events.
    sessions: [2, 1],
    events: [["2026-03-02", 3], ["2026-03-03", 1]],
  };
  assert.deepStrictEqual(await days(), { zone: ["America/Los_Angeles", undefined], ...before });
  const etag = (await api("/analytics/sessions", { headers, query })).headers.get("etag") ?? "";

  await sql(
    "update public.organizations set time_zone = 'Europe/Berlin' where id = $1::uuid",
    orgId,
  );
  await t.step("not yet: what is stored meanwhile counts with the rest", async () => {
    const waiting = ["America/Los_Angeles", "Europe/Berlin"];
    assert.deepStrictEqual(await days(), { zone: waiting, ...before });
    await trackEvents(orgId, [["2026-03-03T05:30:00Z", "open", "u:cleo"]]);
    const more = { dau: [2, 1], sessions: [3, 1], events: [["2026-03-02", 4], ["2026-03-03", 1]] };
    assert.deepStrictEqual(await days(), { zone: waiting, ...more });
    await assertExactCounts(orgId);
  });
  await t.step("done: all of them are days of Berlin", async () => {
    await recount();
    assert.deepStrictEqual(await days(), {
      zone: ["Europe/Berlin", undefined],
      // Nothing was tracked before that day, now that it is Berlin's.
      dau: [null, 3],
      sessions: [0, 4],
      events: [["2026-03-02", 0], ["2026-03-03", 5]],
    });
    await assertExactCounts(orgId);
    const again = await api("/analytics/sessions", {
      headers: { ...headers, "if-none-match": etag },
      query,
    });
    assert.strictEqual(again.status, 200);
  });
  await t.step(
    "counts whose events are gone stay days of the zone they were counted in",
    async () => {
      await keepFor(orgId, "events", 30);
      await trackEvents(orgId, [[new Date().toISOString(), "open", "u:ann"]]);
      await trim(orgId, "events");
      await sql(
        "update public.organizations set time_zone = 'Asia/Tokyo' where id = $1::uuid",
        orgId,
      );
      await recount();
      const { events, zone } = await days();
      assert.deepStrictEqual(zone, ["Asia/Tokyo", undefined]);
      assert.deepStrictEqual(events, [["2026-03-02", 0], ["2026-03-03", 5]]);
    },
  );
});

Deno.test("an organization without events is in its new time zone at once", async () => {
  const { id: orgId } = await newOrganization({ timeZone: "UTC" });
  await sql("update public.organizations set time_zone = 'Asia/Tokyo' where id = $1::uuid", orgId);
  const [row] = await sql<{ day_zone: string }>(
    "select day_zone from public.organizations where id = $1::uuid",
    orgId,
  );
  assert.strictEqual(row?.day_zone, "Asia/Tokyo");
});
