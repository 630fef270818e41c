import assert from "node:assert/strict";
import { agentExports, type AgentRow, agentRows, type Export } from "../helpers/ai/agents.ts";
import { assertTotals } from "../helpers/ai/sessions.ts";
import { seeded } from "../helpers/inputs/random.ts";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

async function send(org_id: string, { signal, body }: Export): Promise<void> {
  const answer = await api(`/sessions/otlp/v1/${signal}`, {
    method: "POST",
    as: "service",
    query: { org_id },
    body,
  });
  assert.strictEqual(answer.status, 200, answer.text);
}

async function sessions(org: string): Promise<AgentRow[]> {
  const rows = await sql<Record<string, unknown>>(
    `select external_id, calls, input_tokens::int as input, cache_read_tokens::int as cache_read, cache_write_tokens::int as cache_write,
       output_tokens::int as output, cost_usd::float8 as cost, people_accepted, people_rejected, automatic_decisions, accepted_lines
     from private.ai_sessions where org_id = $1::uuid order by external_id`,
    org,
  );
  return rows.map((row) => Object.values(row) as AgentRow);
}

Deno.test("what every agent sends of two turns is one session with its tokens and cost, in any order and twice", async (t) => {
  const exports = agentExports();
  const random = seeded(171);
  const shuffled = () =>
    exports.map((one) => ({ one, key: random.next() })).sort((a, b) => a.key - b.key)
      .map(({ one }) => one);
  const orders: [string, Export[]][] = [
    ["as they came", exports],
    ["the other way round", exports.toReversed()],
    ["twice", [...exports, ...exports]],
    ...[1, 2, 3, 4].map((round): [string, Export[]] => [
      `shuffled ${round}`,
      [...shuffled(), ...shuffled()],
    ]),
  ];
  for (const [name, order] of orders) {
    await t.step(name, async () => {
      const { id: org } = await newOrganization();
      for (const one of order) await send(org, one);
      assert.deepStrictEqual(await sessions(org), agentRows);
      const people = await sql(
        "select distinct developer_id from private.ai_sessions where org_id = $1::uuid",
        org,
      );
      assert.deepStrictEqual(people, [{ developer_id: "ada@example.test" }]);
      await assertTotals(org);
    });
  }
  await t.step("all at once", async () => {
    const { id: org } = await newOrganization();
    await Promise.all([...exports, ...exports].map((one) => send(org, one)));
    assert.deepStrictEqual(await sessions(org), agentRows);
    await assertTotals(org);
  });
});
