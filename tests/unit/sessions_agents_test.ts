import assert from "node:assert/strict";
import { entriesIn } from "../../supabase/functions/sessions/formats/otlp/entries.ts";
import { Rejection } from "../../supabase/functions/_shared/intake/rejection.ts";

const now = Date.parse("2026-11-28T12:00:00Z");
const time = "1795856400000000000"; // 2026-11-28T09:00:00Z
const ids = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
type Attribute = string | number;

function attributes(from: Record<string, Attribute>) {
  return Object.entries(from).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

function log(from: Record<string, Attribute>, more: Record<string, unknown> = {}) {
  const record = { timeUnixNano: time, attributes: attributes(from), ...more };
  return records("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

function span(from: Record<string, Attribute>, more: Record<string, unknown> = {}) {
  const one = {
    ...ids,
    name: "chat",
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes: attributes(from),
    ...more,
  };
  return records("traces", { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] });
}

function records(signal: "logs" | "traces", request: Record<string, unknown>) {
  return entriesIn(signal, request, now).map(({ judged }) => {
    assert.ok(!(judged instanceof Rejection), JSON.stringify(judged));
    return judged;
  });
}

const tokens = {
  input_tokens: 500,
  output_tokens: 90,
  cache_read_tokens: 2500,
  cache_write_tokens: 0,
};

Deno.test("Codex: the completed response of its stream is a call of its conversation, the one without tokens none", () => {
  const completed = {
    "event.name": "codex.sse_event",
    "event.kind": "response.completed",
    "conversation.id": "talk-7",
    model: "gpt-5.1",
    "user.email": "Bo@example.test",
  };
  const [record, ...rest] = log({
    ...completed,
    input_token_count: "3000",
    cached_token_count: "2500",
    output_token_count: "90",
    reasoning_token_count: "40",
    tool_token_count: "3090",
  }, { timeUnixNano: "0", observedTimeUnixNano: time, body: {} });
  assert.deepStrictEqual(rest, []);
  assert.deepStrictEqual(record?.session, {
    external_id: "talk-7",
    source: "codex",
    developer_id: "bo@example.test",
  });
  const { external_id: _id, ...call } = record.call ?? { external_id: "" };
  assert.deepStrictEqual(call, {
    at: "2026-11-28T09:00:00.000Z",
    provider: "openai",
    model: "gpt-5.1",
    ...tokens,
    reasoning_tokens: 40,
  });
  assert.deepStrictEqual(log(completed), []);
  assert.deepStrictEqual(log({ ...completed, "event.kind": "response.output_item.done" }), []);
});

Deno.test("Codex and Gemini CLI: spans, which know less than the events, are no calls", () => {
  const usage = { "gen_ai.usage.input_tokens": 3000, "gen_ai.usage.output_tokens": 90 };
  assert.deepStrictEqual(span({ "service.name": "codex_cli_rs", ...usage }), []);
  assert.deepStrictEqual(span({ "code.module.name": "codex_core::client", ...usage }), []);
  assert.deepStrictEqual(span({ "service.name": "gemini-cli", ...usage }), []);
  assert.strictEqual(span(usage).length, 1);
});

Deno.test("Gemini CLI: a response is a call with its cache and thoughts, and what the standard's event repeats is not", () => {
  const [record] = log({
    "event.name": "gemini_cli.api_response",
    "session.id": "g-1",
    model: "gemini-2.5-pro",
    input_token_count: 3000,
    cached_content_token_count: 2500,
    output_token_count: 50,
    thoughts_token_count: 40,
    tool_token_count: 0,
    duration_ms: 700,
    status_code: 200,
  }, { body: { stringValue: "API response from gemini-2.5-pro. Status: 200." } });
  const { external_id: _id, at: _at, ...call } = record?.call ?? { external_id: "", at: "" };
  assert.deepStrictEqual(call, {
    provider: "google",
    model: "gemini-2.5-pro",
    ...tokens,
    reasoning_tokens: 40,
    latency_ms: 700,
    status: 200,
  });
  const standard = {
    "event.name": "gen_ai.client.inference.operation.details",
    "gen_ai.operation.name": "generate_content",
    "gen_ai.request.model": "gemini-2.5-pro",
    "gen_ai.usage.input_tokens": 3000,
    "gen_ai.usage.output_tokens": 50,
  };
  assert.deepStrictEqual(log({ ...standard, "service.name": "gemini-cli" }), []);
  assert.strictEqual(log(standard).length, 1);
});

Deno.test("Gemini CLI and Qwen Code: a tool that changes files is an edit with its lines", () => {
  for (const program of ["gemini_cli", "qwen-code"]) {
    const [record] = log({
      "event.name": `${program}.tool_call`,
      "session.id": "g-1",
      function_name: "replace",
      decision: "accept",
      success: "true",
      metadata: '{"model_added_lines":12,"model_removed_lines":3}',
    });
    const { external_id: _id, at: _at, ...edit } = record?.edit ?? { external_id: "", at: "" };
    assert.deepStrictEqual(edit, {
      tool: "replace",
      decision: "accept",
      succeeded: true,
      lines_added: 12,
      lines_removed: 3,
    }, program);
    const reading = {
      "event.name": `${program}.tool_call`,
      "session.id": "g",
      function_name: "read_file",
    };
    assert.deepStrictEqual(log(reading), []);
  }
});

Deno.test("cache writes, thoughts and service tiers are read by every name that gen_ai has had for them", () => {
  const base = {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": 3000,
    "gen_ai.usage.output_tokens": 90,
    "gen_ai.usage.cache_read.input_tokens": 2000,
  };
  for (
    const name of [
      "cache_write.input_tokens",
      "cache_creation.input_tokens",
      "cache_creation_input_tokens",
    ]
  ) {
    const [record] = span({
      ...base,
      [`gen_ai.usage.${name}`]: 400,
      "gen_ai.usage.reasoning.output_tokens": 40,
      "openai.response.service_tier": "priority",
    });
    assert.deepStrictEqual(
      [
        record?.call?.input_tokens,
        record?.call?.cache_write_tokens,
        record?.call?.output_tokens,
        record?.call?.reasoning_tokens,
        record?.call?.service_tier,
      ],
      [600, 400, 90, 40, "priority"],
      name,
    );
  }
});

Deno.test("the AI SDK's own spans: the call inside is one, what repeats it is none", () => {
  const given = {
    "gen_ai.usage.input_tokens": 3000,
    "gen_ai.usage.output_tokens": 90,
    "ai.usage.cachedInputTokens": 2500,
    "ai.telemetry.metadata.sessionId": "chat-1",
    "ai.telemetry.metadata.userId": "Bo",
  };
  const [record] = span(given, { name: "ai.generateText.doGenerate" });
  assert.deepStrictEqual(
    [record?.session.external_id, record?.session.developer_id, record?.call?.cache_read_tokens],
    ["chat-1", "bo", 2500],
  );
  const root = {
    "ai.usage.inputTokens": 3000,
    "ai.usage.outputTokens": 90,
    "ai.model.id": "gpt-5.1",
  };
  assert.deepStrictEqual(span(root, { name: "ai.generateText" }), []);
  assert.strictEqual(span(root, { name: "ai.streamObject.doStream" }).length, 1);
});

Deno.test("Langfuse: a generation is a call, its cache and thoughts beside or within as the total says; a span is none", () => {
  const of = (usage: Record<string, number>, type = "generation") =>
    span({
      "langfuse.observation.type": type,
      "langfuse.observation.model.name": "gpt-5.1",
      "langfuse.observation.usage_details": JSON.stringify(usage),
      "langfuse.observation.cost_details": '{"total":0.5}',
      "session.id": "lf",
    })[0]?.call;
  const details = { input_cached_tokens: 2500, output_reasoning_tokens: 40 };
  const beside = of({ input: 500, output: 50, total: 3090, ...details });
  const within = of({ input: 3000, output: 90, total: 3090, ...details });
  for (const call of [beside, within]) {
    const { external_id: _id, at: _at, latency_ms: _ms, ...rest } = call ??
      { external_id: "", at: "" };
    assert.deepStrictEqual(rest, {
      ...tokens,
      reasoning_tokens: 40,
      model: "gpt-5.1",
      cost_usd: 0.5,
    });
  }
  assert.strictEqual(of({ input: 500, output: 50 }, "span"), undefined);
});

Deno.test("calls are an allow-list of operations; a stream without usage is a call of unknown tokens", () => {
  const model = { "gen_ai.request.model": "gpt-5.1", "gen_ai.usage.input_tokens": 10 };
  for (
    const operation of [
      "retrieval",
      "plan",
      "invoke_agent",
      "execute_tool",
      "create_agent",
      "something_new",
    ]
  ) {
    assert.deepStrictEqual(span({ ...model, "gen_ai.operation.name": operation }), [], operation);
  }
  for (
    const operation of ["chat", "generate_content", "text_completion", "embeddings", "response"]
  ) {
    assert.strictEqual(span({ ...model, "gen_ai.operation.name": operation }).length, 1, operation);
  }
  const streams: Record<string, Attribute>[] = [
    { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5.1" },
    { "openinference.span.kind": "LLM", "llm.model_name": "gpt-5.1" },
    { "llm.request.type": "chat", "gen_ai.request.model": "gpt-5.1" },
  ];
  for (const given of streams) {
    const [record] = span(given);
    assert.strictEqual(record?.call?.model, "gpt-5.1", JSON.stringify(given));
    assert.strictEqual(record.call.input_tokens, undefined);
    assert.strictEqual(record.call.output_tokens, undefined);
  }
});

Deno.test("one call has one identity in span, event and gateway", () => {
  const said = {
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 1,
  };
  const event = { ...said, "event.name": "gen_ai.client.inference.operation.details" };
  const response = { "gen_ai.response.id": "resp_68ab12cd34ef" };
  assert.strictEqual(span({ ...said, ...response })[0]?.call?.external_id, "resp_68ab12cd34ef");
  assert.strictEqual(log({ ...event, ...response })[0]?.call?.external_id, "resp_68ab12cd34ef");
  const key = `${ids.traceId}:${ids.spanId}`;
  assert.strictEqual(span(said)[0]?.call?.external_id, key);
  assert.strictEqual(log(event, ids)[0]?.call?.external_id, key);
  // Ollama's ids come again after 999.
  assert.strictEqual(
    span({ ...said, "gen_ai.response.id": "chatcmpl-41" })[0]?.call?.external_id,
    key,
  );
});

Deno.test("the developer is known by e-mail, then account, then what an installation calls itself", () => {
  const usage = { "gen_ai.usage.input_tokens": 1, "gen_ai.usage.output_tokens": 1 };
  const table: [Record<string, Attribute>, string][] = [
    [
      { "user.id": "f00", "user.account_uuid": "acc", "user.email": "Bo@example.test" },
      "bo@example.test",
    ],
    [{ "user.id": "f00", "user.account_uuid": "acc" }, "acc"],
    [{ "user.id": "f00", "user.account_id": "acc" }, "acc"],
    [{ "user.id": "f00" }, "f00"],
    [{ "traceloop.association.properties.user_id": "bo" }, "bo"],
  ];
  for (const [given, expected] of table) {
    assert.strictEqual(span({ ...usage, ...given })[0]?.session.developer_id, expected);
  }
});
