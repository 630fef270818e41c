import assert from "node:assert/strict";
import { Rejection } from "../../supabase/functions/_shared/intake/rejection.ts";
import { judgeValue } from "../../supabase/functions/sessions/judge.ts";

const now = Date.parse("2026-11-28T12:00:00Z");

function judged(raw: Record<string, unknown>) {
  const record = { id: "c", session_id: "s", timestamp: "2026-11-28T09:00:00Z", ...raw };
  return judgeValue(record, 0, now).judged;
}

function call(raw: Record<string, unknown>) {
  const record = judged(raw);
  assert.ok(!(record instanceof Rejection), JSON.stringify(record));
  const { external_id: _id, at: _at, model: _model, ...rest } = record.call ?? {
    external_id: "",
    at: "",
  };
  return rest;
}

// Of one prompt of 5,000 tokens 4,000 came from the cache; 300 were answered, 120 of them thought.
const common = {
  input_tokens: 1000,
  output_tokens: 300,
  cache_read_tokens: 4000,
  cache_write_tokens: 0,
};

Deno.test("a call's tokens are read from the usage object of its seller, wherever it stands", () => {
  const openAiChat = {
    prompt_tokens: 5000,
    completion_tokens: 300,
    total_tokens: 5300,
    prompt_tokens_details: { cached_tokens: 4000 },
    completion_tokens_details: { reasoning_tokens: 120 },
  };
  const responses = {
    input_tokens: 5000,
    input_tokens_details: { cached_tokens: 4000 },
    output_tokens: 300,
    output_tokens_details: { reasoning_tokens: 120 },
    total_tokens: 5300,
  };
  const gemini = {
    promptTokenCount: 5000,
    candidatesTokenCount: 180,
    cachedContentTokenCount: 4000,
    thoughtsTokenCount: 120,
    totalTokenCount: 5300,
  };
  const thought = { ...common, reasoning_tokens: 120 };
  const table: [Record<string, unknown>, Record<string, unknown>][] = [
    [{ usage: openAiChat }, thought],
    [openAiChat, thought],
    [{ usage: responses }, thought],
    [responses, thought],
    [{ response: { usage: responses } }, thought],
    [{ usageMetadata: gemini }, thought],
    [{ response: { usageMetadata: gemini } }, thought],
    [{ usage: { input_tokens: 5000, cached_input_tokens: 4000, output_tokens: 300 } }, common],
    [{ usage: { inputTokens: 5000, cachedInputTokens: 4000, outputTokens: 300 } }, common],
    [{ usage: { inputTokens: 1000, cacheReadInputTokens: 4000, outputTokens: 300 } }, common],
    [{ usage: { input_tokens: 1000, cache_read_input_tokens: 4000, output_tokens: 300 } }, common],
    [{ input_tokens: 1000, cache_read_tokens: 4000, output_tokens: 300 }, common],
  ];
  for (const [raw, expected] of table) {
    assert.deepStrictEqual(call({ model: "m", ...raw }), expected, JSON.stringify(raw));
  }
});

Deno.test("cache writes of Anthropic are told apart by how long they were written for", () => {
  const written = (five: number, hour: number) => ({
    input_tokens: 10,
    output_tokens: 5,
    cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour },
  });
  const expected = {
    input_tokens: 10,
    output_tokens: 5,
    cache_read_tokens: 0,
    cache_write_tokens: 90,
    cache_write_1h_tokens: 30,
  };
  assert.deepStrictEqual(
    call({ usage: { ...written(60, 30), cache_creation_input_tokens: 90 } }),
    expected,
  );
  assert.deepStrictEqual(call(written(60, 30)), expected);
});

Deno.test("a call that says nothing of its tokens has none of any kind, and one that was refused took 0", () => {
  assert.deepStrictEqual(call({ model: "gpt-5.1", latency_ms: 40 }), { latency_ms: 40 });
  assert.deepStrictEqual(call({ model: "gpt-5.1", status: 429 }), {
    status: 429,
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
  });
});

Deno.test("records and usage objects of which nothing is known are rejected with the reason", () => {
  const table: [Record<string, unknown>, string][] = [
    [{ colour: "blue" }, "unknown_record"],
    [{ model: "m", usage: { units: 7 } }, "unknown_usage"],
  ];
  for (const [raw, code] of table) {
    const record = judged(raw);
    assert.ok(record instanceof Rejection, JSON.stringify(record));
    assert.strictEqual(record.code, code);
  }
});

Deno.test("a call says what it was sold as where that is not the standard", () => {
  const table: [Record<string, unknown>, string | undefined][] = [
    [{ service_tier: "Batch" }, "batch"],
    [{ usage: { input_tokens: 1, output_tokens: 1, service_tier: "priority" } }, "priority"],
    [{ usage: { input_tokens: 1, output_tokens: 1, speed: "fast" } }, "fast"],
    [{ service_tier: "default" }, undefined],
    [{ usage: { input_tokens: 1, output_tokens: 1, service_tier: "standard" } }, undefined],
  ];
  for (const [raw, expected] of table) {
    assert.strictEqual(call({ model: "m", ...raw }).service_tier, expected, JSON.stringify(raw));
  }
});
