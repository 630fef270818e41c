import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { assertTotals, ingest, stored } from "../helpers/ai/sessions.ts";
import { seeded } from "../helpers/inputs/random.ts";

const time = "1794821400000000000"; // 2026-11-16T09:30:00Z
const minute = 60_000_000_000n;
const later = (minutes: number) => String(BigInt(time) + BigInt(minutes) * minute);
type Attributes = Record<string, string | number>;

function attributes(from: Attributes) {
  return Object.entries(from).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

interface Export {
  signal: "traces" | "logs" | "metrics";
  body: Record<string, unknown>;
}

async function send(org_id: string, { signal, body }: Export) {
  const answer = await api(`/sessions/otlp/v1/${signal}`, {
    method: "POST",
    as: "service",
    query: { org_id },
    body,
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

function span(from: Attributes, more: Record<string, unknown>): Export {
  const one = { name: "chat", startTimeUnixNano: time, attributes: attributes(from), ...more };
  return {
    signal: "traces",
    body: { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] },
  };
}

function log(from: Attributes, service: string): Export {
  const record = { timeUnixNano: time, attributes: attributes(from) };
  return {
    signal: "logs",
    body: {
      resourceLogs: [{
        resource: { attributes: attributes({ "service.name": service, "service.version": "9" }) },
        scopeLogs: [{ logRecords: [record] }],
      }],
    },
  };
}

function sum(name: string, from: Attributes, value: number, at: string, start = time): Export {
  const point = {
    asDouble: value,
    startTimeUnixNano: start,
    timeUnixNano: at,
    attributes: attributes(from),
  };
  const metric = {
    name,
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] },
  };
  return {
    signal: "metrics",
    body: { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] },
  };
}

const trace = "0af7651916cd43dd8448eb211c80319c";

/** Two calls as a span in a trace, a span in a conversation and a gateway tell of them, and what an agent adds. */
function signalsOfTwoCalls(): (Export | { record: object })[] {
  const gen = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-5.1",
    "gen_ai.response.id": "resp_a",
  };
  return [
    // Without what the cache gave, and without a conversation.
    span({ ...gen, "gen_ai.usage.input_tokens": 22_000, "gen_ai.usage.output_tokens": 250 }, {
      traceId: trace,
      spanId: "b7ad6b7169203331",
    }),
    span({
      ...gen,
      "gen_ai.response.model": "gpt-5.1-2025-11-13",
      "gen_ai.conversation.id": "talk",
      "user.email": "ada@example.test",
      "gen_ai.usage.input_tokens": 22_000,
      "gen_ai.usage.cache_read.input_tokens": 20_000,
      "gen_ai.usage.output_tokens": 250,
    }, { traceId: trace, spanId: "b7ad6b7169203332", startTimeUnixNano: later(-1) }),
    {
      record: {
        response_id: "resp_a",
        session_id: "talk",
        timestamp: "2026-11-16T09:31:00Z",
        model: "gpt-5.1",
        latency_ms: 800,
        ttft_ms: 120,
      },
    },
    {
      record: {
        response_id: "resp_b",
        session_id: "talk",
        timestamp: "2026-11-16T09:32:00Z",
        model: "gpt-5.1",
        input_tokens: 2000,
        cache_read_tokens: 20_000,
        output_tokens: 250,
      },
    },
    {
      record: {
        response_id: "resp_b",
        session_id: "talk",
        timestamp: "2026-11-16T09:32:00Z",
        cost_usd: 0.5,
      },
    },
    sum("gemini_cli.lines.changed", { "session.id": "talk", type: "added" }, 7, later(1)),
    sum("gemini_cli.lines.changed", { "session.id": "talk", type: "added" }, 12, later(2)),
    log({
      "event.name": "gemini_cli.tool_call",
      "session.id": "talk",
      function_name: "replace",
      decision: "auto_accept",
    }, "gemini-cli"),
    log({
      "event.name": "gemini_cli.tool_call",
      "session.id": "talk",
      function_name: "edit",
      decision: "accept",
    }, "gemini-cli"),
  ];
}

Deno.test("the signals of the same calls give the same totals in any order and twice", async () => {
  const random = seeded(2026);
  const signals = signalsOfTwoCalls();
  for (let round = 0; round < 8; round++) {
    const { id: org } = await newOrganization();
    const order = [...signals, ...signals]
      .map((signal) => ({ signal, key: round === 0 ? 0 : random.next() }))
      .sort((a, b) => a.key - b.key);
    for (const { signal } of order) {
      if ("record" in signal) assert.strictEqual((await ingest(org, signal.record)).status, 200);
      else await send(org, signal);
    }
    const rows = await sql(
      `select external_id, developer_id, model, calls, input_tokens::int as input, cache_read_tokens::int as cache, output_tokens::int as output,
         cost_usd::float8 as cost, cost_source, started_at, latency_ms_sum::int as latency, accepted_lines, people_accepted, automatic_decisions
       from private.ai_sessions where org_id = $1::uuid`,
      org,
    );
    assert.deepStrictEqual(rows, [{
      external_id: "talk",
      developer_id: "ada@example.test",
      model: "gpt-5.1",
      calls: 2,
      input: 4000,
      cache: 40_000,
      output: 500,
      cost: 0.5075, // 0.0075 estimated, 0.50 reported
      cost_source: "mixed",
      started_at: "2026-11-16T09:29:00+00:00",
      latency: 800,
      accepted_lines: 12,
      people_accepted: 1,
      automatic_decisions: 1,
    }], `order ${round}`);
    await assertTotals(org);
  }
});

Deno.test("a cumulative sum counts what it grew by, a new start as well, and what began again without one", async () => {
  const { id: org } = await newOrganization();
  const lines = (value: number, at: number, start = time) =>
    send(
      org,
      sum(
        "claude_code.lines_of_code.count",
        { "session.id": "s", type: "added" },
        value,
        later(at),
        start,
      ),
    );
  const counted = async () =>
    (await sql<{ n: number }>(
      "select sum(value)::int as n from private.ai_counters where org_id = $1::uuid",
      org,
    ))[0]?.n;
  // value, minutes, start, what is counted then
  const steps: [number, number, string, number][] = [
    [5, 1, time, 5],
    [9, 2, time, 9],
    [9, 2, time, 9], // again
    [7, 1, time, 9], // late
    [4, 3, later(3), 13], // the program was started again
    [6, 4, later(3), 15],
    [2, 5, later(3), 17], // it forgot what it had counted
  ];
  for (const [value, at, start, expected] of steps) {
    await lines(value, at, start);
    assert.strictEqual(await counted(), expected, `${value} at ${at}`);
  }
  // Several at once.
  await Promise.all([10, 11, 12, 13].map((value, place) => lines(value, 10 + place, later(9))));
  assert.strictEqual(await counted(), 30);
  await assertTotals(org);
});

Deno.test("the standard's histogram of tokens counts for a session that it names, and for none otherwise", async () => {
  const { id: org } = await newOrganization();
  const histogram = (session: Attributes): Export => ({
    signal: "metrics",
    body: {
      resourceMetrics: [{
        resource: { attributes: attributes({ "service.name": "copilot" }) },
        scopeMetrics: [{
          metrics: [{
            name: "gen_ai.client.token.usage",
            histogram: {
              aggregationTemporality: 2,
              dataPoints: ["input", "output"].map((type, place) => ({
                startTimeUnixNano: time,
                timeUnixNano: later(1),
                count: "2",
                sum: [4000, 500][place],
                attributes: attributes({
                  ...session,
                  "gen_ai.token.type": type,
                  "gen_ai.request.model": "gpt-5.1",
                }),
              })),
            },
          }],
        }],
      }],
    },
  });
  const told = await send(org, histogram({}));
  assert.match(
    String((told["partialSuccess"] as Record<string, string>)["errorMessage"]),
    /gen_ai\.client\.token\.usage \(1\) of copilot: it names no session/,
  );
  assert.deepStrictEqual(await send(org, histogram({ "gen_ai.conversation.id": "talk" })), {});
  assert.deepStrictEqual(
    await sql(
      "select external_id, model, input_tokens::int as input, output_tokens::int as output from private.ai_sessions where org_id = $1::uuid",
      org,
    ),
    [{ external_id: "talk", model: "gpt-5.1", input: 4000, output: 500 }],
  );
});

Deno.test("what Claude Code says another seller's model cost is marked as a guess, the estimate beside it", async () => {
  const { id: org } = await newOrganization();
  const request = (model: string, id: string) =>
    log({
      "event.name": "api_request",
      "session.id": `s-${id}`,
      request_id: id,
      model,
      input_tokens: "2000",
      cache_read_tokens: "20000",
      output_tokens: "250",
      cost_usd: "0.05",
    }, "claude-code");
  await send(org, request("gpt-5.1", "guess"));
  await send(org, request("nobody-1", "unknown"));
  await send(org, request("claude-sonnet-4-5", "own"));
  const { body } = await api<{ items: Record<string, unknown>[] }>("/sessions", {
    as: "service",
    query: { org_id: org },
  });
  const shown = Object.fromEntries(
    body.items.map((one) => [
      one["external_id"],
      [one["cost_usd"], one["cost_source"], one["guessed_calls"], one["estimated_cost_usd"]],
    ]),
  );
  assert.deepStrictEqual(shown, {
    "s-guess": [0.05, "reported", 1, 0.0075],
    "s-unknown": [0.05, "reported", 1, null],
    "s-own": [0.05, "reported", 0, null],
  });
});

Deno.test("GET /sessions/sources tells by program what came, what was stored and left, and the setting that is missing", async () => {
  const { id: org } = await newOrganization();
  await send(org, log({ "event.name": "claude_code.hook", "session.id": "s" }, "claude-code"));
  const call = log({
    "event.name": "api_request",
    "session.id": "s",
    request_id: "r",
    model: "claude-sonnet-4-5",
    input_tokens: "10",
    output_tokens: "1",
  }, "claude-code");
  await send(org, call);
  await send(org, call);
  await stored(org, [{ id: "n", timestamp: "2026-11-16T09:30:00Z", tool: "notebook", model: "m" }]);
  const { body } = await api<{ items: Record<string, unknown>[] }>("/sessions/sources", {
    as: "service",
    query: { org_id: org },
  });
  const seen = body.items.map(({ program, version, calls, signals, missing }) => [
    program,
    version,
    calls,
    (signals as Record<string, unknown>[]).map(({ signal, received, left_out }) => [
      signal,
      received,
      left_out,
    ]),
    (missing as { setting: string }[]).map(({ setting }) => setting),
  ]);
  assert.deepStrictEqual(seen.sort(), [
    ["claude-code", "9", 1, [["logs", 3, [{
      kind: "claude_code.hook",
      count: 1,
      reason: "nothing is known of it",
    }]]], [
      "OTEL_RESOURCE_ATTRIBUTES=user.email=…",
      "OTEL_RESOURCE_ATTRIBUTES=vcs.repository.name=…",
    ]],
    ["notebook", null, 1, [["ingest", 1, []]], [
      "stream_options.include_usage",
      "OTEL_RESOURCE_ATTRIBUTES=user.email=…",
      "OTEL_RESOURCE_ATTRIBUTES=vcs.repository.name=…",
    ]],
  ]);
});

Deno.test("PUT /sessions/developers merges what was and what comes, and gives back what is taken away", async () => {
  const { id: org } = await newOrganization();
  const query = { org_id: org };
  const record = (id: string, developer_id: string) => ({
    id,
    session_id: id,
    developer_id,
    timestamp: "2026-11-16T09:30:00Z",
    model: "gpt-5.1",
    input_tokens: 1,
    output_tokens: 1,
  });
  const put = (developer_id: string, aliases: string[]) =>
    api("/sessions/developers", {
      method: "PUT",
      as: "service",
      query,
      body: { developer_id, aliases },
    });
  const byDeveloper = async () =>
    Object.fromEntries(
      (await sql<{ who: string; n: number }>(
        "select developer_id as who, sum(sessions)::int as n from private.ai_totals where org_id = $1::uuid group by 1",
        org,
      )).map(({ who, n }) => [who, n]),
    );
  await stored(org, [record("1", "ada"), record("2", "ADA-laptop"), record("3", "ben")]);
  const merged = await put("Ada", ["ada-laptop", "ada-desktop"]);
  assert.deepStrictEqual(merged.body, {
    developer_id: "ada",
    aliases: ["ada-desktop", "ada-laptop"],
  });
  await stored(org, [record("4", "ada-laptop"), record("5", "ada-desktop")]);
  assert.deepStrictEqual(await byDeveloper(), { ada: 4, ben: 1 });
  const profile = await api("/profile", {
    as: "service",
    query: { ...query, developer_id: "ada-laptop", start: "2026-11-16", end: "2026-11-16" },
  });
  assert.strictEqual(profile.body["total_sessions"], 4);
  // Who is merged brings along who was merged into them.
  await put("boss", ["ada"]);
  assert.deepStrictEqual(await byDeveloper(), { boss: 4, ben: 1 });
  assert.deepStrictEqual(
    (await api<{ items: unknown[] }>("/sessions/developers", { as: "service", query })).body.items,
    [{ developer_id: "boss", aliases: ["ada", "ada-desktop", "ada-laptop"] }],
  );
  assert.strictEqual((await put("ada", ["ben"])).status, 422);
  await put("boss", ["ada-laptop"]);
  assert.deepStrictEqual(await byDeveloper(), { boss: 2, ada: 1, "ada-desktop": 1, ben: 1 });
  await assertTotals(org);
});
