import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { assertTotals, ingest, stored } from "../helpers/ai/sessions.ts";

const timestamp = "2026-11-10T09:00:00Z";

/** Cost by call, as it is stored. */
async function costs(org: string): Promise<Record<string, number | null>> {
  const rows = await sql(
    "select external_id, cost_usd::float8 as cost from private.ai_calls where org_id = $1::uuid order by 1",
    org,
  );
  return Object.fromEntries(rows.map((row) => [String(row["external_id"]), row["cost"]])) as Record<
    string,
    number | null
  >;
}

Deno.test("a call costs by the length of its prompt, the kind of its cache writes and how it was sold", async () => {
  const { id: org } = await newOrganization();
  // By hand, US dollars per million tokens.
  const table: [string, Record<string, unknown>, number | null][] = [
    // 0.10 in, 0.50 out up to 100,000 tokens of prompt, five times of everything above.
    ["short", { model: "claude-haiku-5-5", input_tokens: 100_000, output_tokens: 2000 }, 0.011],
    ["long", { model: "claude-haiku-5-5", input_tokens: 100_001, output_tokens: 2000 }, 0.0550005],
    // The cache is part of the prompt: 1,000 × 0.5 + 120,000 × 0.05.
    ["long by its cache", {
      model: "claude-haiku-5-5",
      input_tokens: 1000,
      cache_read_tokens: 120_000,
      output_tokens: 0,
    }, 0.0065],
    // 2.50 in, 15 out above 200,000.
    ["gemini", { model: "gemini-2.5-pro", input_tokens: 300_000, output_tokens: 1000 }, 0.765],
    // 5 in, 22.50 out above 272,000.
    ["gpt", { model: "gpt-5.4", input_tokens: 300_000, output_tokens: 1000 }, 1.5225],
    // 400 for five minutes at 3.75, 600 for an hour at 6.
    ["hour", {
      model: "claude-sonnet-4-5",
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 1000,
        cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 600 },
      },
    }, 0.0051],
    ["batch", {
      model: "gpt-5.1",
      input_tokens: 1_000_000,
      output_tokens: 0,
      service_tier: "batch",
    }, 0.625],
    // Twice the standard price: 2.50 in.
    ["priority", {
      model: "gpt-5.1",
      input_tokens: 1000,
      output_tokens: 0,
      service_tier: "priority",
    }, 0.0025],
    ["fast", {
      model: "claude-opus-5-5",
      usage: { input_tokens: 1000, output_tokens: 0, speed: "fast" },
    }, 0.008],
    // Nobody said what priority costs.
    ["priority of another", {
      model: "gpt-5-nano",
      input_tokens: 1000,
      output_tokens: 1,
      service_tier: "priority",
    }, null],
    // 600 heard at 1, 400 at 0.30.
    ["audio", {
      model: "gemini-2.5-flash",
      usageMetadata: {
        promptTokenCount: 1000,
        candidatesTokenCount: 0,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 400 },
          { modality: "AUDIO", tokenCount: 600 },
        ],
      },
    }, 0.00072],
    // 100 seen at 5, 900 at 4.
    ["image", {
      model: "gpt-realtime",
      usage: {
        prompt_tokens: 1000,
        completion_tokens: 0,
        prompt_tokens_details: { image_tokens: 100 },
      },
    }, 0.0041],
    ["unknown model", { model: "nobody-1", input_tokens: 1000, output_tokens: 1 }, null],
    ["unknown tokens", { model: "gpt-5.1", latency_ms: 5 }, null],
    ["refused", { model: "gpt-5.1", status: 529 }, 0],
  ];
  await stored(org, table.map(([id, record]) => ({ id, session_id: id, timestamp, ...record })));
  assert.deepStrictEqual(
    await costs(org),
    Object.fromEntries(table.map(([id, , cost]) => [id, cost])),
  );
  await assertTotals(org);
});

Deno.test("unknown tokens are null in the call, its session, the KPIs and the profile, and never 0", async () => {
  const { id: org } = await newOrganization();
  const record = { id: "u", session_id: "u", developer_id: "bo", timestamp, model: "gpt-5.1" };
  await stored(org, [{ ...record, accepted: true, accepted_lines: 10 }]);
  const read = {
    as: "service" as const,
    query: { org_id: org, start: "2026-11-10", end: "2026-11-10" },
  };
  const { body: list } = await api<{ items: Record<string, unknown>[] }>("/sessions", read);
  const [session] = list.items;
  assert.deepStrictEqual(
    [
      session?.["input_tokens"],
      session?.["output_tokens"],
      session?.["total_tokens"],
      session?.["cost_usd"],
    ],
    [null, null, null, null],
  );
  const { body: raw } = await api<{ metrics: Record<string, unknown> }>("/metrics/raw", read);
  assert.deepStrictEqual(
    [
      raw.metrics["tokens"],
      raw.metrics["cost_usd"],
      raw.metrics["uncosted_sessions"],
      raw.metrics["unmeasured_sessions"],
      raw.metrics["accepted_lines"],
      raw.metrics["measured_lines"],
    ],
    [null, null, 1, 1, 10, 0],
  );
  const { body: metrics } = await api<{ metrics: Record<string, unknown>[] }>("/metrics", read);
  const efficiency = metrics.metrics.find(({ key }) => key === "token_efficiency");
  assert.deepStrictEqual([efficiency?.["value"], efficiency?.["null_reason"]], [null, "no_tokens"]);
  const { body: profile } = await api<Record<string, unknown>>("/profile", {
    ...read,
    query: { ...read.query, developer_id: "bo" },
  });
  assert.deepStrictEqual([profile["total_tokens_used"], profile["total_cost_usd"]], [null, null]);
});

Deno.test("a call that one signal told without tokens or cost is completed by the next, in any order and twice", async () => {
  const bare = {
    response_id: "resp_1",
    session_id: "talk",
    timestamp,
    model: "gpt-5.1",
    latency_ms: 5,
  };
  const counted = { ...bare, session_id: "other", input_tokens: 1000, output_tokens: 100 };
  const reported = { ...counted, session_id: "third", cost_usd: 0.5 };
  for (
    const order of [[bare, counted, reported], [reported, counted, bare], [counted, bare, reported]]
  ) {
    const { id: org } = await newOrganization();
    for (const record of [...order, ...order]) {
      assert.strictEqual((await ingest(org, record)).status, 200);
    }
    const rows = await sql(
      `select calls, input_tokens::int as input, output_tokens::int as output, cost_usd::float8 as cost, cost_source
       from private.ai_sessions where org_id = $1::uuid`,
      org,
    );
    assert.deepStrictEqual(rows, [{
      calls: 1,
      input: 1000,
      output: 100,
      cost: 0.5,
      cost_source: "reported",
    }]);
    await assertTotals(org);
  }
});

Deno.test("a model's price is found under the names that resellers give it, and a snapshot's own price goes first", async () => {
  const { id: org } = await newOrganization();
  // A million tokens of prompt; dollars by the price table.
  const table: [string, number | null][] = [
    ["global.anthropic.claude-opus-4-1-20250805-v1:0", 15],
    ["apac.anthropic.claude-3-7-sonnet-20250219-v1:0", 3],
    ["claude-opus-4.1", 15],
    ["openrouter/anthropic/claude-opus-4.1:beta", 15],
    ["claude-4.1-opus", 15],
    ["models/gemini-2.5-flash-preview-09-2025", 0.3],
    ["google/gemini-2.5-flash-lite-preview-06-17", 0.1],
    ["gpt-4o-2024-05-13", 5],
    ["gpt-4o-2024-08-06", 2.5],
    ["gpt-5.1-chat-latest", 1.25],
    ["gpt-5.3-codex", 1.75],
    ["kimi-k2.5", 0.6],
    ["us.anthropic.claude-mythos-5-1-v1:0", 10],
    ["claude-fable-5.2", 8],
    ["z-ai/glm-5.3:nitro", 1.4],
    ["qwen/qwen3-coder-plus", 0.65],
    ["meta.llama4-scout-17b-instruct-v1:0", 0.17],
    ["mistral-medium-latest", 1.5],
    ["deepseek/deepseek-chat", 0.27],
    ["somebody/gpt-5.1-finetuned", null],
  ];
  await stored(
    org,
    table.map(([model]) => ({
      id: model,
      timestamp,
      model,
      input_tokens: 200_000,
      output_tokens: 0,
    })),
  );
  const perMillion = Object.entries(await costs(org)).map(([model, cost]) => [
    model,
    cost === null ? null : Math.round(cost * 5e6) / 1e6,
  ]);
  assert.deepStrictEqual(Object.fromEntries(perMillion), Object.fromEntries(table));
});
