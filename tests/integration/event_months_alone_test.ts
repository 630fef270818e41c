import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { dayAgo, keepFor, removedFrom, trim } from "../helpers/tenancy/trims.ts";

Deno.test("a month of events that nobody keeps goes at once, and is in the audit log all the same", async () => {
  const { id: org } = await newOrganization({ timeZone: "UTC" });
  await keepFor(org, "events", null);
  await sql("select private.create_event_partition('2001-03-01')");
  await sql(
    `select public.track_events($1::uuid, $2::jsonb) from (select set_config('request.jwt.claims', '{"role": "service_role"}', true)) as service`,
    org,
    JSON.stringify([1, 2, 3].map((day) => ({
      index: day,
      key: crypto.randomUUID(),
      sent: `2001-03-0${day}T12:00:00Z`,
      at: `2001-03-0${day}T12:00:00Z`,
      name: "open",
      person: "u:ann",
    }))),
  );
  const march = { start: "2001-03-01", end: "2001-03-31" };
  const read = async () =>
    (await api("/analytics", { as: "service", query: { org_id: org, ...march } })).body;
  const before = await read();
  assert.strictEqual(before["n"], 3);
  const isThere = async () =>
    (await sqlRow<{ there: boolean }>(
      "select to_regclass('public.events_200103') is not null as there",
    )).there;
  await sql("select private.drop_event_partitions()");
  assert.strictEqual(await isThere(), true, "one organization keeps it for good");
  await keepFor(org, "events", 3660);
  await sql("select private.drop_event_partition('events_200103', now())");
  assert.strictEqual(await isThere(), false);
  await trim(org, "events");
  assert.deepStrictEqual((await read())["metrics"], before["metrics"]);
  assert.deepStrictEqual(await removedFrom(org), [
    { kind: "events", rows: 3, before: dayAgo(3660), actor_kind: "system" },
  ]);
});
