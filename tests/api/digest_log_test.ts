import assert from "node:assert/strict";
import { api, assertProblem, type Credential } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson, newTeam } from "../helpers/tenancy/people.ts";

interface Log {
  total_count: number;
  has_more: boolean;
  items: Record<string, unknown>[];
}

async function read(as: Credential, query: Record<string, string | number>) {
  const answer = await api<Log>("/digest/deliveries", { as, query });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

Deno.test("GET /digest/deliveries shows managers everybody's digests, others their own", async () => {
  const { org, owner, admin, member, viewer } = await newTeam();
  const stranger = await newPerson();
  await sql(
    `insert into public.digests (user_id, week_start, state, attempts, subject, last_error, sent_at) values
       ($1::uuid, '2026-11-09', 'sent', 2, 'Your week', 'timed out', '2026-11-16T16:00:00Z'),
       ($2::uuid, '2026-11-02', 'failed', 1, 'Your week', 'no such mailbox', null),
       ($3::uuid, '2026-11-02', 'sent', 1, 'Another''s week', null, '2026-11-09T16:00:00Z')`,
    member.id,
    owner.id,
    stranger.id,
  );
  await sql(
    `insert into public.digest_events (id, digest_id, type, occurred_at)
     select name || d.id, d.id, 'email.' || name, at::timestamptz
     from public.digests d, (values ('sent', '2026-11-16T16:00:01Z'), ('delivered', '2026-11-16T16:00:04Z')) as e (name, at)
     where d.user_id = $1::uuid`,
    member.id,
  );
  const all = await read(owner, { org_id: org });
  assert.deepStrictEqual(
    all.items.map(({ email, week_start, state, attempts, error, reported }) => [
      email,
      week_start,
      state,
      attempts,
      error,
      reported,
    ]),
    [
      // What was mended in the end has no error.
      [member.email, "2026-11-09", "sent", 2, null, {
        type: "email.delivered",
        at: "2026-11-16T16:00:04+00:00",
      }],
      [owner.email, "2026-11-02", "failed", 1, "no such mailbox", null],
    ],
  );
  assert.deepStrictEqual(await read(admin, { org_id: org }), all);
  assert.deepStrictEqual(await read("service", { org_id: org }), all);
  assert.deepStrictEqual(await read(member, { org_id: org }), {
    ...all,
    total_count: 1,
    items: all.items.slice(0, 1),
  });
  assert.strictEqual((await read(viewer, { org_id: org })).total_count, 0);
  const second = await read(owner, { org_id: org, page: 2, page_size: 1 });
  assert.deepStrictEqual([second.total_count, second.has_more], [2, false]);
  assert.deepStrictEqual(second.items, all.items.slice(1));
  const refused = await api("/digest/deliveries", { as: stranger, query: { org_id: org } });
  assertProblem(refused, 404, "not_found");
});
