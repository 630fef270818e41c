import assert from "node:assert/strict";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";
import { maxItems, telemetryIn } from "../../supabase/functions/sessions/formats/otlp/entries.ts";
import {
  leftOutOf,
  missingSettings,
  type SignalSeen,
} from "../../supabase/functions/sessions/sources.ts";

const now = Date.parse("2026-11-28T12:00:00Z");
const time = "1795856400000000000";
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const resource = (name: string, version: string) => ({
  attributes: [text("service.name", name), text("service.version", version)],
});
const ids = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

function spans(service: string, ...list: object[]) {
  const all = list.map((one) => ({ ...ids, startTimeUnixNano: time, ...one }));
  return { resource: resource(service, "1.2"), scopeSpans: [{ spans: all }] };
}

Deno.test("telemetryIn() counts by program what came and what was left, by operation or the name without what varies", () => {
  const call = {
    name: "chat m",
    attributes: [text("gen_ai.operation.name", "chat"), text("gen_ai.request.model", "m")],
  };
  const { entries, sources } = telemetryIn("traces", {
    resourceSpans: [
      spans("web", call, { name: "GET /users/17" }, { name: "GET /users/18" }),
      spans("web", {
        name: "invoke_agent Ada",
        attributes: [text("gen_ai.operation.name", "invoke_agent")],
      }),
      spans("codex_exec", { name: "handle_responses" }),
    ],
  }, now);
  assert.deepStrictEqual(sources, [
    {
      program: "web",
      version: "1.2",
      signal: "traces",
      received: 4,
      calls_without_tokens: 1,
      rejected: 0,
      left_out: { GET: 2, invoke_agent: 1 },
      facts: [],
    },
    {
      program: "codex_exec",
      version: "1.2",
      signal: "traces",
      received: 1,
      calls_without_tokens: 0,
      rejected: 0,
      left_out: { handle_responses: 1 },
      facts: [],
    },
  ]);
  assert.deepStrictEqual(
    entries.map(({ judged }) => "origin" in judged ? judged.origin : judged),
    [0],
  );
  assert.strictEqual(
    leftOutOf(sources),
    "4 left, which tell of no call, edit or commit: GET (2) of web: nothing is known of it; " +
      "invoke_agent (1) of web: it surrounds calls or stands beside them; " +
      "handle_responses (1) of codex_exec: its log events say the same and more",
  );
  assert.strictEqual(leftOutOf([]), "");
});

Deno.test("telemetryIn() refuses what is too much for one request before anything is stored", () => {
  const request = { resourceSpans: [spans("web", ...Array(maxItems + 1).fill({ name: "x" }))] };
  assert.throws(
    () => telemetryIn("traces", request, now),
    (error) => error instanceof Problem && error.code === "payload_too_large",
  );
});

const seen = (signal: SignalSeen["signal"], more: Partial<SignalSeen> = {}): SignalSeen => ({
  signal,
  received: 1,
  calls: 0,
  calls_without_tokens: 0,
  facts: [],
  ...more,
});
const whole = ["developer", "repository"];

const settings: [string, string, SignalSeen[], string[]][] = [
  ["Claude Code with traces only", "claude-code", [seen("traces")], ["OTEL_LOGS_EXPORTER=otlp"]],
  [
    "Claude Code without details of its tools",
    "claude-code",
    [seen("logs", { calls: 1, facts: [...whole, "tool_result"] })],
    ["OTEL_LOG_TOOL_DETAILS=1"],
  ],
  [
    "Claude Code with everything",
    "claude-code",
    [seen("logs", { calls: 1, facts: [...whole, "tool_result", "tool_parameters"] })],
    [],
  ],
  ["Codex with traces only", "codex_cli_rs", [seen("traces")], ["[otel] exporter in config.toml"]],
  [
    "a stream without usage, of nobody and nothing",
    "web",
    [seen("traces", { calls: 2, calls_without_tokens: 1 })],
    [
      "stream_options.include_usage",
      "OTEL_RESOURCE_ATTRIBUTES=user.email=…",
      "OTEL_RESOURCE_ATTRIBUTES=vcs.repository.name=…",
    ],
  ],
];

for (const [name, program, signals, expected] of settings) {
  Deno.test(`missingSettings() of ${name}`, () => {
    assert.deepStrictEqual(
      missingSettings(program, signals).map(({ setting }) => setting),
      expected,
    );
  });
}
