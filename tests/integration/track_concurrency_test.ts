import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

// On PGlite, which has one connection, these only show that the answers add up; on PostgreSQL they show the locks.

function events(count: number): Record<string, unknown>[] {
  const noon = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
  return Array.from({ length: count }, (_, i) => ({
    event: `event ${i % 13}`,
    event_id: `${i}`,
    occurred_at: new Date(noon - (i % 40) * 86_400_000).toISOString(),
    ...(i % 3 === 0 ? { user_id: `user ${i % 29}` } : { anonymous_id: `visitor ${i % 31}` }),
  }));
}

function post(path: string, body: unknown) {
  return api<Record<string, number>>(path, { method: "POST", as: "service", body });
}

Deno.test("the same events in two orders at once: no deadlock, each counted once", async () => {
  const { id: org_id } = await newOrganization();
  const batch = events(300);
  for (let round = 0; round < 3; round++) {
    const fresh = batch.map((event) => ({ ...event, event_id: `${round} ${event["event_id"]}` }));
    const orders = [fresh, fresh.toReversed(), fresh, fresh.toReversed()];
    const answers = await Promise.all(
      orders.map((batch) => post("/track/batch", { org_id, batch })),
    );
    for (const answer of answers) assert.strictEqual(answer.status, 202, answer.text);
    const sum = (what: string) => answers.reduce((total, { body }) => total + (body[what] ?? 0), 0);
    assert.deepStrictEqual([sum("accepted"), sum("duplicates")], [300, 900]);
  }
  const { n } = await sqlRow<{ n: number }>(
    "select sum(n)::int as n from private.event_counts where org_id = $1::uuid",
    org_id,
  );
  assert.strictEqual(n, 900);
  await assertExactCounts(org_id);
});

Deno.test("events, merges, changes of age and erasure at once leave every count exact", async () => {
  const { id: org_id } = await newOrganization();
  const batch = events(240);
  const calls: Promise<{ status: number; text: string }>[] = [];
  for (let part = 0; part < 8; part++) {
    const some = batch.slice(part * 30, part * 30 + 30);
    calls.push(post("/track/batch", { org_id, batch: part % 2 ? some.toReversed() : some }));
    for (let i = 0; i < 4; i++) {
      const n = part * 4 + i;
      calls.push(post("/track/identify", {
        org_id,
        user_id: `user ${(n * 3) % 29}`,
        anonymous_id: `visitor ${n % 31}`,
        age: n * 3,
      }));
      calls.push(post("/track", { org_id, event: "single", user_id: `user ${n % 29}` }));
    }
    const erased = sqlRow(
      "select private.erase_person($1::uuid, private.find_person($1::uuid, $2)) as receipt",
      org_id,
      `user ${part * 3}`,
    );
    calls.push(erased.then(() => ({ status: 200, text: "" })));
  }
  for (const { status, text } of await Promise.all(calls)) assert.ok(status < 300, text);
  await assertExactCounts(org_id);
});
