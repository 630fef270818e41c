import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { stored } from "../helpers/ai/sessions.ts";

const at = (day: string, minute = 0) => `2026-11-${day}T09:${String(minute).padStart(2, "0")}:00Z`;

/** Two agents on two days and one the week before: gpt-5.1 costs 1.25 in, 0.125 cached, 10 out. */
async function newUse(): Promise<string> {
  const { id: org } = await newOrganization({ timeZone: "UTC" });
  const call = { model: "gpt-5.1", repository: "acme/app" };
  await stored(org, [
    {
      ...call,
      id: "a",
      session_id: "one",
      tool: "codex",
      developer_id: "ada",
      timestamp: at("16"),
      input_tokens: 2000,
      cache_read_tokens: 6000,
      output_tokens: 1000,
      ttft_ms: 100,
      accepted: true,
      accepted_lines: 10,
    },
    // It failed, cost something all the same, and was tried again half a minute later.
    {
      ...call,
      id: "b",
      session_id: "one",
      tool: "codex",
      timestamp: "2026-11-16T09:10:00Z",
      input_tokens: 800,
      output_tokens: 0,
      error: "cut off",
    },
    {
      ...call,
      id: "c",
      session_id: "one",
      tool: "codex",
      timestamp: "2026-11-16T09:10:30Z",
      input_tokens: 800,
      output_tokens: 0,
      ttft_ms: 300,
    },
    { ...call, id: "d", session_id: "two", tool: "own", timestamp: at("17"), latency_ms: 3 },
    {
      ...call,
      id: "e",
      session_id: "before",
      tool: "codex",
      timestamp: at("14"),
      input_tokens: 8000,
      output_tokens: 0,
    },
  ]);
  return org;
}

const range = { start: "2026-11-16", end: "2026-11-17", compare: "previous" };

interface Metric {
  key: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  definition: string;
  previous: { value: number | null } | null;
}

const cells = (metrics: Metric[]) =>
  Object.fromEntries(
    metrics.map(({ key, value, n, null_reason, previous }) => [
      key,
      [value, n, null_reason, previous?.value],
    ]),
  );

Deno.test("GET /sessions/spend answers what each agent cost and brought, and why it does not know", async () => {
  const org_id = await newUse();
  const read = (breakdown: string) =>
    api<{ groups: (Record<string, unknown> & { key: string | null; metrics: Metric[] })[] }>(
      "/sessions/spend",
      { as: "service", query: { org_id, breakdown, ...range } },
    );
  const { body } = await read("agent");
  assert.deepStrictEqual(
    body.groups.map(({ key, sessions, calls, failed_calls }) => [
      key,
      sessions,
      calls,
      failed_calls,
    ]),
    [["codex", 1, 3, 1], ["own", 1, 1, 0]],
  );
  // (2,000 + 800 + 800) × 1.25 + 6,000 × 0.125 + 1,000 × 10 = 15,250 millionths
  assert.deepStrictEqual(cells(body.groups[0]?.metrics ?? []), {
    cost_usd: [0.01525, 1, null, 0.01],
    cost_per_merged_pull_request: [null, 0, "no_pull_requests", null],
    cost_per_accepted_line: [0.01525 / 10, 10, null, null],
    acceptance_rate: [100, 1, null, null],
    cache_hit_share: [62.5, 1, null, 0],
  });
  assert.deepStrictEqual(cells(body.groups[1]?.metrics ?? []), {
    cost_usd: [null, 0, "no_cost", undefined],
    cost_per_merged_pull_request: [null, 0, "no_pull_requests", undefined],
    cost_per_accepted_line: [null, 0, "no_accepted_lines", undefined],
    acceptance_rate: [null, 0, "no_decisions", undefined],
    cache_hit_share: [null, 0, "no_tokens", undefined],
  });
  await sql(
    `with team as (insert into private.teams (org_id, name) values ($1::uuid, 'Checkout') returning id)
     insert into private.team_members (team_id, login, org_id) select id, 'ada', $1::uuid from team`,
    org_id,
  );
  const keys = async (by: string) => (await read(by)).body.groups.map(({ key }) => key);
  assert.deepStrictEqual(await keys("team"), ["Checkout", null]);
  assert.deepStrictEqual(await keys("developer"), ["ada", "unknown"]);
  assert.deepStrictEqual(await keys("repository"), ["acme/app"]);
  assert.deepStrictEqual(await keys("model"), ["gpt-5.1"]);
});

Deno.test("GET /sessions/usage answers tokens by day, what caches gave, failures, retries and first tokens", async () => {
  const org_id = await newUse();
  const { body } = await api<
    { metrics: Metric[]; days: Record<string, unknown>[]; calls: number; retried_calls: number }
  >("/sessions/usage", { as: "service", query: { org_id, ...range } });
  assert.deepStrictEqual([body.calls, body.retried_calls], [4, 1]);
  assert.deepStrictEqual(cells(body.metrics), {
    tokens: [10_600, 1, null, 8000],
    cache_hit_share: [62.5, 1, null, 0],
    failed_cost_usd: [0.001, 1, null, null],
    retry_share: [100, 1, null, null],
    ttft_ms_p50: [200, 2, null, null],
    ttft_ms_p95: [290, 2, null, null],
  });
  assert.deepStrictEqual(
    body.days.map((day) => [
      day["date"],
      day["sessions"],
      day["input_tokens"],
      day["cache_read_tokens"],
      day["cost_usd"],
      day["unmeasured_sessions"],
    ]),
    [
      ["2026-11-16", 1, 3600, 6000, 0.01525, 0],
      ["2026-11-17", 1, null, null, null, 1],
    ],
  );
});

Deno.test("GET /sessions/changes divides the difference, and says what could not take part", async () => {
  const org_id = await newUse();
  const { body } = await api<Record<string, unknown>>("/sessions/changes", {
    as: "service",
    query: { org_id, ...range },
  });
  assert.deepStrictEqual(
    [body["before_usd"], body["after_usd"], body["difference_usd"], body["n"], body["previous_n"]],
    [0.01, 0.01525, 0.00525, 1, 1],
  );
  const parts = body["parts"] as { cause: string; difference_usd: number }[];
  const micro = Object.fromEntries(
    parts.map(({ cause, difference_usd }) => [cause, Math.round(difference_usd * 1e6)]),
  );
  // 8,000 tokens at 1.25 became 10,600: 3,250. Of the prompt 62.5 % cost a tenth: 10,600 × (0.546875 − 1.25). A thousand answers at 10
  // instead of 0.546875.
  assert.deepStrictEqual(micro, {
    volume: 3250,
    model_mix: 0,
    cache_share: -7453,
    output_share: 9453,
    price: 0,
  });
  assert.deepStrictEqual(body["left_out"], {
    current: { sessions: 1, cost_usd: 0 },
    previous: { sessions: 0, cost_usd: 0 },
  });
});

Deno.test("GET /sessions/forecast of an organization without a past says how much it needs", async () => {
  const { id: org_id } = await newOrganization();
  const { body } = await api("/sessions/forecast", { as: "service", query: { org_id } });
  assert.deepStrictEqual([body["value"], body["null_reason"], body["n"], body["spent_usd"]], [
    null,
    "too_short",
    0,
    0,
  ]);
});

Deno.test("acceptance counts what people decided, and efficiency fresh tokens; both tell their version before", async () => {
  const { id: org_id } = await newOrganization({ timeZone: "UTC" });
  const event = (source: string, decision: string, id: string) => ({
    timeUnixNano: "1794821400000000000",
    attributes: Object.entries({
      "event.name": "tool_decision",
      "session.id": id,
      tool_name: "Edit",
      decision,
      source,
    }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
  });
  const send = (logRecords: unknown[]) =>
    api("/sessions/otlp/v1/logs", {
      method: "POST",
      as: "service",
      query: { org_id },
      body: {
        resourceLogs: [{
          resource: {
            attributes: [{ key: "service.name", value: { stringValue: "claude-code" } }],
          },
          scopeLogs: [{ logRecords }],
        }],
      },
    });
  const read = async () => {
    const { body } = await api<{ metrics: Record<string, unknown>[] }>("/metrics", {
      as: "service",
      query: { org_id, start: "2026-11-16", end: "2026-11-16" },
    });
    const of = (key: string) => body.metrics.find((one) => one["key"] === key) ?? {};
    return (key: string) => {
      const { definition, value, n, null_reason, earlier, beside } = of(key);
      return { definition, value, n, null_reason, earlier, beside };
    };
  };
  const automatic = (value: number) => [{
    key: "automatic_decisions",
    label: "Automatic decisions",
    unit: "decisions",
    value,
  }];
  await send([event("config", "accept", "s")]);
  assert.deepStrictEqual((await read())("acceptance_rate"), {
    definition: "ai.acceptance_rate@2",
    value: null,
    n: 0,
    null_reason: "only_automatic_decisions",
    earlier: { definition: "ai.acceptance_rate@1", value: 100, n: 1, null_reason: null },
    beside: automatic(1),
  });
  await send([event("user_temporary", "accept", "s"), event("user_reject", "reject", "t")]);
  assert.deepStrictEqual((await read())("acceptance_rate"), {
    definition: "ai.acceptance_rate@2",
    value: 50,
    n: 2,
    null_reason: null,
    earlier: { definition: "ai.acceptance_rate@1", value: 50, n: 2, null_reason: null },
    beside: automatic(1),
  });
  await stored(org_id, [{
    id: "x",
    session_id: "x",
    timestamp: at("16"),
    model: "claude-sonnet-4-5",
    input_tokens: 300,
    cache_write_tokens: 100,
    cache_read_tokens: 16_000,
    output_tokens: 100,
    accepted: true,
    accepted_lines: 5,
  }]);
  assert.deepStrictEqual((await read())("token_efficiency"), {
    definition: "ai.token_efficiency@2",
    value: 100,
    n: 5,
    null_reason: null,
    earlier: { definition: "ai.token_efficiency@1", value: 3300, n: 5, null_reason: null },
    beside: [{ key: "cached_tokens", label: "Read from caches", unit: "tokens", value: 16_000 }],
  });
});
