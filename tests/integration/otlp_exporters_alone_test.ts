import assert from "node:assert/strict";
import { SpanStatusCode } from "@opentelemetry/api";
import { OTLPLogExporter as LogsAsJson } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as LogsAsProtobuf } from "@opentelemetry/exporter-logs-otlp-proto";
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as MetricsAsJson,
} from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as MetricsAsProtobuf } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as TracesAsJson } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as TracesAsProtobuf } from "@opentelemetry/exporter-trace-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

/** An organization that exporters are pointed at by the two environment variables, as docs/sessions.md says, and no other option. */
async function connect(): Promise<string> {
  const { id } = await newOrganization();
  const { key } = await newKey(id, { scopes: ["ingest"] });
  Deno.env.set("OTEL_EXPORTER_OTLP_ENDPOINT", `${testEnv("TEST_URL")}/functions/v1/sessions/otlp`);
  Deno.env.set("OTEL_EXPORTER_OTLP_HEADERS", `Authorization=Bearer ${key}`);
  return id;
}

/** What is stored: [session, developer, repository, model, input, output, cost, failed calls], by session. */
async function stored(org: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select external_id, developer_id, repository, model, input_tokens::int, output_tokens::int, cost_usd::float8, failed_calls
     from private.ai_sessions where org_id = $1::uuid order by 1`,
    org,
  );
  return rows.map(Object.values);
}

for (
  const [name, Exporter, compression] of [
    ["JSON", TracesAsJson, CompressionAlgorithm.NONE],
    ["Protobuf", TracesAsProtobuf, CompressionAlgorithm.GZIP],
  ] as const
) {
  Deno.test(`OpenTelemetry's trace exporter sends calls as ${name}`, async () => {
    const org = await connect();
    const exporter = new Exporter({ compression });
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "user.email": "Ada@example.test", "service.name": "bot" }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    const tracer = provider.getTracer("tests");
    const call = tracer.startSpan("chat claude-sonnet-4-5", {
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.usage.input_tokens": 1500,
        "gen_ai.usage.cache_read.input_tokens": 500,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.conversation.id": "talk",
        "vcs.repository.url.full": "https://github.com/Acme/Shop",
      },
    });
    call.setStatus({ code: SpanStatusCode.ERROR, message: "overloaded" });
    call.end();
    tracer.startSpan("GET /", { attributes: { "http.request.method": "GET" } }).end();
    await provider.forceFlush();
    await provider.shutdown();
    // 1,000 × 3 + 500 × 0.30 + 100 × 15 dollars a million
    assert.deepStrictEqual(await stored(org), [
      ["talk", "ada@example.test", "acme/shop", "claude-sonnet-4-5", 1000, 100, 0.00465, 1],
    ]);
  });
}

for (const [name, Exporter] of [["JSON", LogsAsJson], ["Protobuf", LogsAsProtobuf]] as const) {
  Deno.test(`OpenTelemetry's log exporter sends Claude Code's events as ${name}`, async () => {
    const org = await connect();
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ "service.name": "claude-code" }),
      processors: [new SimpleLogRecordProcessor({ exporter: new Exporter() })],
    });
    const logger = provider.getLogger("com.anthropic.claude_code.events");
    const who = { "session.id": "sitting", "user.email": "ada@example.test" };
    const emit = (event: string, attributes: Record<string, string | number | boolean>) =>
      logger.emit({
        body: `claude_code.${event}`,
        timestamp: Date.UTC(2026, 10, 16, 9, 30),
        attributes: { ...who, "event.name": event, ...attributes },
      });
    emit("user_prompt", { prompt_length: 12, "event.sequence": 0 });
    emit("api_request", {
      model: "claude-opus-4-5",
      cost_usd: 0.25,
      duration_ms: 1200,
      input_tokens: 10,
      output_tokens: 20,
      cache_read_tokens: 3000,
      cache_creation_tokens: 40,
      request_id: "req_1",
    });
    emit("api_error", { model: "claude-opus-4-5", error: "overloaded", status_code: "529" });
    emit("tool_decision", { tool_name: "Edit", decision: "accept", source: "user_temporary" });
    emit("tool_decision", { tool_name: "Bash", decision: "reject", source: "user_reject" });
    emit("tool_result", {
      tool_name: "Bash",
      success: "true",
      tool_parameters: JSON.stringify({ git_commit_id: "4F2A91C0" }),
    });
    await provider.forceFlush();
    await provider.shutdown();
    assert.deepStrictEqual(await stored(org), [
      ["sitting", "ada@example.test", null, "claude-opus-4-5", 10, 20, 0.25, 1],
    ]);
    const rows = await sql<Record<string, unknown>>(
      `select s.calls, s.accepted, s.edits_accepted, s.edits_rejected, s.cache_read_tokens::int, s.cache_write_tokens::int, c.sha,
         (select count(*)::int from private.ai_edits e where e.session_id = s.id) as edits
       from private.ai_sessions s join private.ai_session_commits c on c.session_id = s.id where s.org_id = $1::uuid`,
      org,
    );
    assert.deepStrictEqual(rows.map(Object.values), [[2, true, 1, 0, 3000, 40, "4f2a91c0", 3]]);
  });
}

for (
  const [name, Exporter] of [["JSON", MetricsAsJson], ["Protobuf", MetricsAsProtobuf]] as const
) {
  Deno.test(`OpenTelemetry's metric exporter sends Claude Code's delta sums as ${name}`, async () => {
    const org = await connect();
    const exporter = new Exporter({
      temporalityPreference: AggregationTemporalityPreference.DELTA,
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const provider = new MeterProvider({ readers: [reader] });
    const meter = provider.getMeter("com.anthropic.claude_code");
    const who = { "session.id": "sitting", "user.email": "ada@example.test" };
    const tokens = meter.createCounter("claude_code.token.usage");
    tokens.add(100, { ...who, type: "input", model: "claude-opus-4-5" });
    tokens.add(7, { ...who, type: "output", model: "claude-opus-4-5" });
    meter.createCounter("claude_code.cost.usage").add(0.5, { ...who, model: "claude-opus-4-5" });
    meter.createCounter("claude_code.lines_of_code.count").add(30, { ...who, type: "added" });
    meter.createCounter("claude_code.code_edit_tool.decision")
      .add(2, { ...who, tool: "Edit", decision: "accept" });
    meter.createHistogram("http.server.duration").record(3);
    await provider.forceFlush();
    tokens.add(11, { ...who, type: "input", model: "claude-opus-4-5" });
    await provider.forceFlush();
    await provider.shutdown();
    assert.deepStrictEqual(await stored(org), [
      ["sitting", "ada@example.test", null, "claude-opus-4-5", 111, 7, 0.5, 0],
    ]);
    const [row] = await sql(
      "select accepted, accepted_lines, edits_accepted from private.ai_sessions where org_id = $1::uuid",
      org,
    );
    assert.deepStrictEqual(row, { accepted: true, accepted_lines: 30, edits_accepted: 2 });
  });
}
