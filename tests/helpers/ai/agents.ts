/**
 * What coding agents and libraries send of two turns of one conversation, written from what the real programs were seen to send (their versions
 * beside their names), without anything of a person. Every call has a prompt of 22,000 tokens, of which a cache gave 20,000, and 250 of answer, of which 100
 * were thought; those of Anthropic's models also wrote 1,000 to the cache.
 */

export interface Export {
  signal: "traces" | "logs" | "metrics";
  body: Record<string, unknown>;
}

type Attributes = Record<string, string | number>;

const start = Date.UTC(2026, 10, 16, 9, 30);
const nanoseconds = (seconds: number) => `${start + seconds * 1000}000000`;
const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const turns = [0, 1] as const;

function attributes(from: Attributes) {
  return Object.entries(from).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

function logs(resource: Attributes, ...records: Record<string, unknown>[]): Export {
  return {
    signal: "logs",
    body: {
      resourceLogs: [{
        resource: { attributes: attributes(resource) },
        scopeLogs: [{ logRecords: records }],
      }],
    },
  };
}

function record(seconds: number, name: string, from: Attributes, more = {}) {
  return {
    timeUnixNano: nanoseconds(seconds),
    attributes: attributes({ "event.name": name, ...from }),
    ...more,
  };
}

/** Spans of one trace; each is told from the others by its place. */
function spans(trace: number, resource: Attributes, ...list: [string, Attributes][]): Export {
  const traceId = trace.toString(16).padStart(32, "a");
  return {
    signal: "traces",
    body: {
      resourceSpans: [{
        resource: { attributes: attributes(resource) },
        scopeSpans: [{
          spans: list.map(([name, from], place) => ({
            traceId,
            spanId: (trace * 16 + place + 1).toString(16).padStart(16, "b"),
            name,
            startTimeUnixNano: nanoseconds(60),
            endTimeUnixNano: nanoseconds(62),
            attributes: attributes(from),
          })),
        }],
      }],
    },
  };
}

function sums(
  resource: Attributes,
  temporality: 1 | 2,
  seconds: number,
  ...list: [string, Attributes, number][]
): Export {
  return {
    signal: "metrics",
    body: {
      resourceMetrics: [{
        resource: { attributes: attributes(resource) },
        scopeMetrics: [{
          metrics: list.map(([name, from, value]) => ({
            name,
            sum: {
              aggregationTemporality: temporality,
              isMonotonic: true,
              dataPoints: [{
                asDouble: value,
                startTimeUnixNano: nanoseconds(0),
                timeUnixNano: nanoseconds(seconds),
                attributes: attributes(from),
              }],
            },
          })),
        }],
      }],
    },
  };
}

/** Claude Code 2.1.332: its events say all, its counters and spans the same again; `--resume` begins its sequence anew. */
function claudeCode(): Export[] {
  const resource = { "service.name": "claude-code", "service.version": "2.1.332" };
  const who = {
    "session.id": "claude",
    "user.id": "c".repeat(64),
    "user.account_uuid": "11111111-1111-4111-8111-111111111111",
    "user.email": "ada@example.test",
  };
  return [
    ...turns.map((turn) =>
      logs(
        resource,
        record(60 + turn, "user_prompt", { ...who, "event.sequence": 0, prompt_length: 9 }),
        record(61 + turn, "api_request", {
          ...who,
          "event.sequence": 1,
          "event.timestamp": iso(61 + turn),
          request_id: `req_${turn}`,
          model: "claude-sonnet-4-5",
          input_tokens: "1000",
          output_tokens: "250",
          cache_read_tokens: "20000",
          cache_creation_tokens: "1000",
          cost_usd: "0.0165",
          duration_ms: "900",
        }),
        record(62 + turn, "tool_decision", {
          ...who,
          "event.sequence": 2,
          tool_name: "Edit",
          decision: "accept",
          source: turn === 0 ? "config" : "user_temporary",
        }),
      )
    ),
    sums(
      resource,
      1,
      70,
      ["claude_code.token.usage", { ...who, type: "input", model: "claude-sonnet-4-5" }, 2000],
      ["claude_code.cost.usage", { ...who, model: "claude-sonnet-4-5" }, 0.033],
      ["claude_code.lines_of_code.count", { ...who, type: "added" }, 7],
      ["claude_code.code_edit_tool.decision", { ...who, decision: "accept", source: "config" }, 1],
    ),
    spans(1, resource, ["claude_code.llm_request", { ...who, "gen_ai.usage.input_tokens": 1000 }]),
  ];
}

/** Codex 0.171.0: times of 0, no body, every call twice, the second time without tokens; the tokens again on spans that name nothing. */
function codex(): Export[] {
  const resource = { "service.name": "codex_exec", "service.version": "0.171.0" };
  const who = { "conversation.id": "codex", "user.email": "ada@example.test", model: "gpt-5.1" };
  const completed = (turn: number, from: Attributes) =>
    record(60 + turn, "codex.sse_event", {
      ...who,
      "event.kind": "response.completed",
      "event.timestamp": iso(60 + turn),
      ...from,
    }, { timeUnixNano: "0", observedTimeUnixNano: nanoseconds(60 + turn) });
  return [
    ...turns.map((turn) =>
      logs(
        resource,
        completed(turn, {
          input_token_count: "22000",
          cached_token_count: "20000",
          output_token_count: turn === 0 ? 250 : "250",
          reasoning_token_count: "100",
          tool_token_count: "22250",
        }),
        completed(turn, {}),
        record(62 + turn, "codex.tool_decision", {
          ...who,
          "event.timestamp": iso(62 + turn),
          tool_name: "apply_patch",
          decision: turn === 0 ? "approved" : "denied",
          source: "User",
        }),
      )
    ),
    spans(2, resource, ["handle_responses", {
      "gen_ai.usage.input_tokens": 22_000,
      "gen_ai.usage.output_tokens": 250,
    }]),
  ];
}

/** Gemini CLI 0.61.0: only its own events know cache and thoughts; spans, the standard's event and cumulative counters repeat the rest. */
function geminiCli(): Export[] {
  const resource = { "service.name": "gemini-cli", "service.version": "0.61.0" };
  const who = { "session.id": "gemini", "user.email": "ada@example.test" };
  const call = (turn: number) => ({
    ...who,
    "event.timestamp": iso(60 + turn),
    model: "gemini-2.5-pro",
    duration_ms: 700 + turn,
    input_token_count: 22_000,
    output_token_count: 150,
    cached_content_token_count: 20_000,
    thoughts_token_count: 100,
    tool_token_count: 0,
    status_code: 200,
  });
  const standard = {
    ...who,
    "gen_ai.operation.name": "generate_content",
    "gen_ai.request.model": "gemini-2.5-pro",
    "gen_ai.usage.input_tokens": 22_000,
    "gen_ai.usage.output_tokens": 150,
  };
  return [
    ...turns.map((turn) =>
      logs(
        resource,
        record(60 + turn, "gemini_cli.api_response", call(turn)),
        record(60 + turn, "gen_ai.client.inference.operation.details", standard),
        record(62 + turn, "gemini_cli.tool_call", {
          ...who,
          "event.timestamp": iso(62 + turn),
          function_name: "replace",
          decision: turn === 0 ? "accept" : "auto_accept",
          success: "true",
          metadata: '{"model_added_lines":5,"model_removed_lines":1}',
        }),
      )
    ),
    spans(3, resource, ["llm_call", standard]),
    ...[1, 2].map((count) =>
      sums(
        resource,
        2,
        60 + count,
        [
          "gemini_cli.token.usage",
          { ...who, model: "gemini-2.5-pro", type: "input" },
          count * 22_000,
        ],
        ["gemini_cli.lines.changed", { ...who, type: "added" }, count * 5],
      )
    ),
  ];
}

const generated = {
  "gen_ai.operation.name": "chat",
  "gen_ai.usage.input_tokens": 22_000,
  "gen_ai.usage.output_tokens": 250,
};

/** Qwen Code 0.24.4: its calls are spans, its edits events. */
function qwenCode(): Export[] {
  const resource = { "service.name": "qwen-code", "service.version": "0.24.4" };
  const who = { "session.id": "qwen", "user.email": "ada@example.test" };
  return [
    ...turns.map((turn) =>
      spans(4 + turn, resource, ["qwen-code.llm_request", {
        ...who,
        ...generated,
        "gen_ai.request.model": "qwen3-coder-plus",
        "gen_ai.usage.cache_read.input_tokens": 20_000,
      }])
    ),
    logs(
      resource,
      record(61, "qwen-code.tool_call", {
        ...who,
        "event.timestamp": iso(61),
        function_name: "edit",
        decision: "reject",
      }),
    ),
  ];
}

/** The AI SDK's older telemetry, as in opencode 1.18.33: the span around a call repeats the sum of those in it. */
function aiSdk(): Export[] {
  const resource = { "service.name": "opencode", "service.version": "1.18.33" };
  const metadata = {
    "ai.telemetry.metadata.sessionId": "sdk",
    "ai.telemetry.metadata.userEmail": "ada@example.test",
    "gen_ai.request.model": "gpt-5.1",
  };
  const call = { ...generated, ...metadata, "ai.usage.cachedInputTokens": 20_000 };
  return [spans(
    6,
    resource,
    ["ai.streamText", {
      ...metadata,
      "ai.usage.inputTokens": 44_000,
      "ai.usage.outputTokens": 500,
    }],
    ["ai.streamText.doStream", {
      ...call,
      "ai.response.id": "resp_sdk_0",
      "ai.response.msToFirstChunk": 90,
    }],
    ["ai.streamText.doStream", { ...call, "ai.response.id": "resp_sdk_1" }],
  )];
}

/** Copilot 1.0.102: the conventions, an agent around the calls that repeats their sum, and histograms that name no session. */
function copilot(): Export[] {
  const resource = { "service.name": "github-copilot", "service.version": "1.0.102" };
  const call = {
    ...generated,
    "gen_ai.conversation.id": "copilot",
    "user.email": "ada@example.test",
    "gen_ai.request.model": "claude-sonnet-4.5",
    "gen_ai.usage.cache_read.input_tokens": 20_000,
    "gen_ai.usage.cache_write.input_tokens": 1000,
  };
  return [
    spans(
      7,
      resource,
      ["invoke_agent", {
        ...call,
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.usage.input_tokens": 44_000,
      }],
      ["chat claude-sonnet-4.5", { ...call, "gen_ai.response.id": "msg_copilot_0" }],
      ["chat claude-sonnet-4.5", { ...call, "gen_ai.response.id": "msg_copilot_1" }],
    ),
    sums(resource, 2, 70, ["gen_ai.client.token.usage", { "gen_ai.token.type": "input" }, 44_000]),
  ];
}

/** @langfuse/otel 5.11.1: all in JSON of its own, cached and reasoning tokens apart. */
function langfuse(): Export[] {
  const generation = {
    "session.id": "langfuse",
    "user.id": "ada@example.test",
    "langfuse.observation.type": "generation",
    "langfuse.observation.model.name": "gpt-5.1",
    "langfuse.observation.usage_details": JSON.stringify({
      input: 2000,
      output: 150,
      input_cached_tokens: 20_000,
      output_reasoning_tokens: 100,
      total: 22_250,
    }),
  };
  return turns.map((turn) =>
    spans(
      8 + turn,
      { "service.name": "web" },
      ["turn", { ...generation, "langfuse.observation.type": "span" }],
      ["answer", generation],
    )
  );
}

/** Traceloop 0.27.0: who it was in properties of its own, and of a stream no tokens. */
function traceloop(): Export[] {
  return turns.map((turn) =>
    spans(
      10 + turn,
      { "service.name": "shop" },
      ["shop.workflow", { "traceloop.span.kind": "workflow" }],
      ["openai.chat", {
        "llm.request.type": "chat",
        "gen_ai.request.model": "gpt-5.1",
        "traceloop.association.properties.session_id": "traceloop",
        "traceloop.association.properties.user_email": "ada@example.test",
      }],
    )
  );
}

/** OpenInference for OpenAI 4.2.7: of a stream no tokens either. */
function openInference(): Export[] {
  return turns.map((turn) =>
    spans(12 + turn, { "service.name": "notes" }, ["OpenAI Chat Completions", {
      "openinference.span.kind": "LLM",
      "llm.model_name": "gpt-5.1",
      "session.id": "openinference",
      "user.email": "ada@example.test",
    }])
  );
}

/** What all of them send. */
export function agentExports(): Export[] {
  return [
    ...claudeCode(),
    ...codex(),
    ...geminiCli(),
    ...qwenCode(),
    ...aiSdk(),
    ...copilot(),
    ...langfuse(),
    ...traceloop(),
    ...openInference(),
  ];
}

/** [session, calls, input, cache read, cache write, output, cost, people's decisions for and against, automatic ones, lines] */
export type AgentRow = [
  string,
  number,
  number | null,
  number | null,
  number | null,
  number | null,
  number | null,
  number,
  number,
  number,
  number | null,
];

/**
 * By hand, for two calls: of gpt-5.1 2 × (2,000 × 1.25 + 20,000 × 0.125 + 250 × 10) = 15,000 millionths, as of gemini-2.5-pro; of claude-sonnet-4-5
 * 2 × (1,000 × 3 + 20,000 × 0.3 + 1,000 × 3.75 + 250 × 15) = 33,000; of qwen3-coder-plus 2 × (2,000 × 0.65 + 20,000 × 0.13 + 250 × 3.25) = 9,425.
 */
export const agentRows: AgentRow[] = [
  ["claude", 2, 2000, 40_000, 2000, 500, 0.033, 1, 0, 1, 7],
  ["codex", 2, 4000, 40_000, 0, 500, 0.015, 1, 1, 0, null],
  ["copilot", 2, 2000, 40_000, 2000, 500, 0.033, 0, 0, 0, null],
  ["gemini", 2, 4000, 40_000, 0, 500, 0.015, 1, 0, 1, 10],
  ["langfuse", 2, 4000, 40_000, 0, 500, 0.015, 0, 0, 0, null],
  ["openinference", 2, null, null, null, null, null, 0, 0, 0, null],
  ["qwen", 2, 4000, 40_000, 0, 500, 0.009425, 0, 1, 0, null],
  ["sdk", 2, 4000, 40_000, 0, 500, 0.015, 0, 0, 0, null],
  ["traceloop", 2, null, null, null, null, null, 0, 0, 0, null],
];
