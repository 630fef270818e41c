import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { counts, lastRun, syncNow, type TickAnswer, watch } from "../helpers/delivery/etl.ts";
import { chain, hour, shaOf } from "../helpers/github/github_model.ts";
import { delivered, fateOf } from "../helpers/github/webhooks.ts";

// A call without a job works whatever is due, of all tests.

const one = { branches: { main: shaOf("a") }, commits: chain(["a"]) };

async function tickAll(): Promise<TickAnswer> {
  const answer = await api<TickAnswer>("/etl/tick", { method: "POST", as: "service", body: {} });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

Deno.test("a call works all jobs that are due, however many calls there are at once", async () => {
  await tickAll();
  const watched = await Promise.all([watch(one), watch(one), watch(one), watch(one)]);
  const ticks = await Promise.all([tickAll(), tickAll()]);
  assert.strictEqual(ticks.reduce((sum, { finished }) => sum + finished, 0), 4);
  for (const { jobId, person } of watched) {
    assert.strictEqual((await lastRun(jobId)).calls, 1);
    assert.strictEqual((await counts(person.orgId))["commits"], 1);
  }
  const { finished, failed } = await tickAll();
  assert.deepStrictEqual([finished, failed], [0, 0]);
});

Deno.test("what came before a job had read the repository is applied when it has", async () => {
  const watched = await watch(one);
  const { repository, person, jobId } = watched;
  const early = await delivered("issues", {
    action: "opened",
    repository: { id: repository.id, full_name: repository.full_name },
    issue: {
      number: 5,
      title: "Down",
      body: null,
      labels: [{ name: "Incident" }],
      state: "open",
      created_at: hour(3),
      updated_at: hour(3),
      closed_at: null,
    },
  });
  assert.strictEqual(early.state, "unrouted");
  await syncNow(jobId);
  assert.strictEqual((await tickAll()).deliveries, 1);
  assert.strictEqual((await counts(person.orgId))["incidents"], 1);
});

Deno.test("a delivery whose worker died is processed by a later call, and given up after five", async () => {
  const { repository, jobId, person } = await watch(one);
  await syncNow(jobId);
  const left = async (attempts: number) => {
    const id = crypto.randomUUID();
    const payload = {
      action: "published",
      repository: { id: repository.id, full_name: repository.full_name },
      release: { id: attempts + 1, tag_name: "v1", published_at: hour(4) },
    };
    await sql(
      `insert into private.webhook_deliveries
         (delivery_id, event, repository_github_id, payload, attempts, lease_token, lease_until)
       values ($1, 'release', $2::bigint, $3::jsonb, $4::int, gen_random_uuid(), now() - interval '1 second')`,
      id,
      String(repository.id),
      JSON.stringify(payload),
      attempts,
    );
    return id;
  };
  const [once, often] = [await left(1), await left(5)];
  assert.strictEqual((await tickAll()).deliveries, 1);
  assert.strictEqual((await fateOf(once)).state, "processed");
  assert.strictEqual((await fateOf(often)).state, "failed");
  assert.strictEqual((await counts(person.orgId))["releases"], 1);
  const letters = await sql(
    "select code, delivery_id from private.etl_dead_letters where org_id = $1::uuid",
    person.orgId,
  );
  assert.deepStrictEqual(letters, [{ code: "given_up", delivery_id: often }]);
});
