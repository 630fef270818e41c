import assert from "node:assert/strict";
import { Rejection } from "../../supabase/functions/_shared/intake/rejection.ts";
import { usableTime } from "../../supabase/functions/sessions/fields.ts";
import { judgeLine, maxRecordLength } from "../../supabase/functions/sessions/judge.ts";
import {
  identityOf,
  pullRequestNumber,
  repositoryName,
} from "../../supabase/functions/sessions/record.ts";
import type { AiRecord } from "../../supabase/functions/sessions/types.ts";

const now = Date.parse("2026-11-16T12:00:00Z");
const at = "2026-11-16T09:30:00.000Z";

function record(raw: unknown): AiRecord {
  const { judged } = judgeLine(JSON.stringify(raw), 0, now);
  assert.ok(!(judged instanceof Rejection), String(judged));
  return judged;
}

function refusal(line: string): string {
  const { judged } = judgeLine(line, 0, now);
  assert.ok(judged instanceof Rejection, JSON.stringify(judged));
  return `${judged.code} ${judged.message}`;
}

Deno.test("judgeLine() reads the native shape", () => {
  const raw = {
    id: "c1",
    session_id: "s1",
    developer_id: "Ada",
    timestamp: "2026-11-16T10:30:00+01:00",
    model: "claude-sonnet-4-5",
    provider: "anthropic",
    repository: "git@github.com:Acme/Shop.git",
    branch: "refs/heads/cart",
    input_tokens: 100,
    output_tokens: 20,
    cache_read_tokens: 1000,
    cost_usd: 0.25,
    latency_ms: 1200.4,
    status: 200,
    accepted: true,
    accepted_lines: 40,
    git_commit_id: "4F2A91C",
    pull_request: "https://github.com/acme/shop/pull/17",
    tool: "cursor",
  };
  assert.deepStrictEqual(record(raw), {
    session: {
      external_id: "s1",
      source: "cursor",
      developer_id: "ada",
      repository: "acme/shop",
      branch: "cart",
      accepted: true,
      accepted_lines: 40,
      commits: ["4f2a91c"],
      pull_request: "17",
    },
    call: {
      external_id: "c1",
      at,
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 1000,
      cache_write_tokens: 0,
      provider: "anthropic",
      model: "claude-sonnet-4-5",
      cost_usd: 0.25,
      latency_ms: 1200,
      status: 200,
    },
  });
});

Deno.test("judgeLine() reads LiteLLM's StandardLoggingPayload", () => {
  const raw = {
    id: "chatcmpl-1",
    trace_id: "trace-1",
    call_type: "acompletion",
    status: "failure",
    response_cost: 0,
    response_cost_failure_debug_info: { error_str: "unknown model" },
    total_tokens: 130,
    prompt_tokens: 110,
    completion_tokens: 20,
    startTime: 1763285400.5,
    endTime: 1763285402.25,
    model: "azure/gpt-5.4",
    model_group: "gpt",
    custom_llm_provider: "azure",
    error_information: {
      error_code: "429",
      error_class: "RateLimitError",
      error_message: "slow down",
    },
    messages: [{ role: "user", content: "hello" }],
    metadata: {
      user_api_key_user_email: "Ada@example.test",
      user_api_key_alias: "team-key",
      requester_metadata: { repository: "acme/shop", git_commit_id: "4f2a91c,0123456" },
      usage_object: {
        prompt_tokens_details: { cached_tokens: 60 },
        cache_creation_input_tokens: 10,
      },
    },
  };
  assert.deepStrictEqual(record(raw), {
    session: {
      external_id: "trace-1",
      source: "litellm",
      developer_id: "ada@example.test",
      repository: "acme/shop",
      commits: ["4f2a91c", "0123456"],
    },
    call: {
      external_id: "chatcmpl-1",
      at: "2025-11-16T09:30:00.500Z",
      // 110 − 60 − 10
      input_tokens: 40,
      output_tokens: 20,
      cache_read_tokens: 60,
      cache_write_tokens: 10,
      provider: "azure",
      model: "azure/gpt-5.4",
      // LiteLLM's 0 says that it knows no price, not that it was free.
      latency_ms: 1750,
      status: 429,
      error: "slow down",
    },
  });
});

Deno.test("LiteLLM's cost of 0 is believed where nothing says that it could not be computed", () => {
  const hit = {
    call_type: "completion",
    startTime: 1763285400,
    endTime: 1763285400,
    response_cost: 0,
  };
  assert.strictEqual(record({ ...hit, cache_hit: true }).call?.cost_usd, 0);
});

Deno.test("tokens of the cache are counted once, whatever the source counts them into", () => {
  const cases: [Record<string, unknown>, number, number, number][] = [
    // given, input, read, write
    [{ prompt_tokens: 100 }, 100, 0, 0],
    [{ prompt_tokens: 100, cached_tokens: 60 }, 40, 60, 0],
    [{ prompt_tokens: 100, prompt_tokens_details: { cached_tokens: 100 } }, 0, 100, 0],
    [{ prompt_tokens: 100, cache_read_tokens: 60, cache_write_tokens: 30 }, 10, 60, 30],
    // More than the prompt: they cannot be part of it.
    [{ prompt_tokens: 10, cache_read_tokens: 60 }, 10, 60, 0],
    [{ input_tokens: 100, cache_read_tokens: 60 }, 100, 60, 0],
    [{ input_tokens: 100, prompt_tokens: 160, cache_read_input_tokens: 60 }, 100, 60, 0],
  ];
  for (const [given, input, read, write] of cases) {
    const { call } = record({ id: "c", timestamp: at, ...given });
    assert.deepStrictEqual(
      [call?.input_tokens, call?.cache_read_tokens, call?.cache_write_tokens],
      [input, read, write],
      JSON.stringify(given),
    );
  }
});

Deno.test("a record without an id is known by what it says", () => {
  const raw = { timestamp: at, model: "m", input_tokens: 1 };
  assert.strictEqual(record(raw).call?.external_id, record(raw).call?.external_id);
  assert.notStrictEqual(
    record(raw).call?.external_id,
    record({ ...raw, input_tokens: 2 }).call?.external_id,
  );
  assert.strictEqual(record(raw).session.external_id, record(raw).call?.external_id);
});

Deno.test("a record with nothing but news of a session has no call", () => {
  assert.deepStrictEqual(record({ session_id: "s", accepted: false, commit_ids: ["4f2a91c"] }), {
    session: { external_id: "s", source: "native", accepted: false, commits: ["4f2a91c"] },
  });
});

Deno.test("judgeLine() names the field of what it refuses", () => {
  const base = { id: "c", timestamp: at };
  const cases: [string, string][] = [
    ["{", "malformed_json is not JSON"],
    ["[1]", "not_an_object is not an object"],
    ['"a"', "not_an_object is not an object"],
    [JSON.stringify({ model: "m" }), "missing_field timestamp: is missing"],
    [JSON.stringify({ session_id: "s", model: "m" }), "missing_field timestamp: is missing"],
    [
      JSON.stringify({ ...base, input_tokens: -1 }),
      "invalid_field input_tokens: is not a number from 0 to 10^15",
    ],
    [
      JSON.stringify({ ...base, input_tokens: 1.5 }),
      "invalid_field input_tokens: is not a whole number",
    ],
    [
      JSON.stringify({ ...base, accepted: "yes" }),
      "invalid_field accepted: is neither true nor false",
    ],
    [
      JSON.stringify({ ...base, commit_ids: ["HEAD"] }),
      "invalid_field commit_ids: is not a commit id of 7 to 64 hexadecimal digits",
    ],
    [JSON.stringify({ ...base, model: {} }), "invalid_field model: is no text"],
    [
      JSON.stringify({ ...base, timestamp: "2026-02-30T00:00:00Z" }),
      "invalid_time timestamp: is not a time as in 2026-11-16T09:30:00Z",
    ],
    [
      JSON.stringify({ ...base, timestamp: "2026-11-17T12:00:01Z" }),
      "invalid_time timestamp: is more than a day ahead",
    ],
    [
      JSON.stringify({ call_type: "completion", startTime: null }),
      "missing_field startTime: is missing",
    ],
    [
      `{"pad":"${"x".repeat(maxRecordLength)}"}`,
      `too_large is larger than ${maxRecordLength} characters`,
    ],
  ];
  for (const [line, expected] of cases) {
    assert.strictEqual(refusal(line), expected, line.slice(0, 80));
  }
});

Deno.test("usableTime() takes RFC 3339, seconds and milliseconds, and clocks that are ahead a little", () => {
  const cases: [unknown, string][] = [
    ["2026-11-16T09:30:00Z", at],
    ["2026-11-16 09:30:00", at],
    ["2026-11-16T09:30:00.000000+00:00", at],
    [1794821400, at],
    ["1794821400000", at],
    [1794821400.25, "2026-11-16T09:30:00.250Z"],
    // A clock that is ahead by less than a day means now.
    ["2026-11-17T11:00:00Z", "2026-11-16T12:00:00.000Z"],
  ];
  for (const [given, expected] of cases) {
    assert.strictEqual(usableTime(given, now, "at"), expected, String(given));
  }
  for (const given of ["", "yesterday", 0, 1, -5, NaN, "2014-12-31T23:59:59Z", 9e15, {}, true]) {
    assert.throws(() => usableTime(given, now, "at"), Rejection, String(given));
  }
});

Deno.test("what names a repository, a pull request or a record is brought into one form", () => {
  const repositories = [
    "acme/shop",
    "Acme/Shop",
    "https://github.com/acme/shop",
    "https://token@github.com/acme/shop.git",
    "git@github.com:acme/shop.git",
    "ssh://git@github.com/acme/shop",
  ];
  for (const given of repositories) assert.strictEqual(repositoryName(given), "acme/shop", given);
  for (const given of ["17", "#17", "!17", "https://gitlab.example/a/b/-/merge_requests/17"]) {
    assert.strictEqual(pullRequestNumber(given), "17", given);
  }
  assert.strictEqual(identityOf("a".repeat(100)), "a".repeat(100));
  assert.match(identityOf("a".repeat(101)), /^sha256:[0-9a-f]{64}$/);
});

Deno.test("text that PostgreSQL cannot store becomes text that it can", () => {
  const line = String.raw`{"id":"c","timestamp":"2026-11-16T09:30:00Z","model":"a\u0000b\ud800c"}`;
  const { judged } = judgeLine(line, 0, now);
  assert.ok(!(judged instanceof Rejection));
  assert.strictEqual(judged.call?.model, "a\uFFFDb\uFFFDc");
});
