import { storableText } from "../_shared/database/storable.ts";
import { isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { attributesOf } from "./formats/otlp/attributes.ts";
import type { Attributes, Signal } from "./formats/otlp/types.ts";
import type { AiRecord, Entry, SourceSeen } from "./types.ts";

/** Counts what the programs of one request sent, by program and version. */
export class Sources {
  readonly seen: SourceSeen[] = [];
  readonly #signal: Signal;
  readonly #byResource = new Map<Attributes, number>();

  constructor(signal: Signal) {
    this.#signal = signal;
  }

  /** The place of the program that a resource stands for; of one without a name, of the library that recorded it. */
  originOf(resource: Attributes, scope: string): number {
    const known = this.#byResource.get(resource);
    if (known !== undefined) return known;
    const named = resource["service.name"];
    const program = nameOf(named) || scope || "unknown";
    const version = nameOf(resource["service.version"]);
    const same = this.seen.findIndex((one) => one.program === program && one.version === version);
    const origin = same >= 0 ? same : this.seen.push({
      program: storableText(program).slice(0, 100),
      version: storableText(version).slice(0, 50),
      signal: this.#signal,
      received: 0,
      calls_without_tokens: 0,
      rejected: 0,
      left_out: {},
      facts: [],
    }) - 1;
    this.#byResource.set(resource, origin);
    return origin;
  }

  /** Counts an item and what was made of it. */
  note(
    origin: number,
    item: Record<string, unknown>,
    points: { judged: AiRecord | Rejection }[],
  ): void {
    const source = this.seen[origin];
    if (source === undefined) return;
    source.received++;
    if (points.length === 0) {
      const kind = kindOf(this.#signal, item);
      if (kind in source.left_out || Object.keys(source.left_out).length < maxKinds) {
        source.left_out[kind] = (source.left_out[kind] ?? 0) + 1;
      }
    }
    for (const { judged } of points) {
      if (judged instanceof Rejection) {
        source.rejected++;
        addFact(source, `rejected:${judged.code}`);
        continue;
      }
      noteRecord(source, judged);
    }
    if (this.#signal === "logs") {
      for (const name of toolFacts(item)) addFact(source, name);
    }
  }
}

/** What the tools of ingested records sent; each record is told which of them it came from. */
export function ingested(chunk: Entry[]): SourceSeen[] {
  const seen: SourceSeen[] = [];
  for (const { judged } of chunk) {
    const program = judged instanceof Rejection ? "unknown" : judged.session.source;
    let origin = seen.findIndex((one) => one.program === program);
    if (origin < 0) {
      origin = seen.push({
        program,
        version: "",
        signal: "ingest",
        received: 0,
        calls_without_tokens: 0,
        rejected: 0,
        left_out: {},
        facts: [],
      }) - 1;
    }
    const source = seen[origin];
    if (source === undefined) continue;
    source.received++;
    if (judged instanceof Rejection) {
      source.rejected++;
      continue;
    }
    judged.origin = origin;
    noteRecord(source, judged);
  }
  return seen;
}

function noteRecord(source: SourceSeen, { call, session }: AiRecord): void {
  if (call && call.output_tokens === undefined) source.calls_without_tokens++;
  if (session.developer_id !== undefined) addFact(source, "developer");
  if (session.repository !== undefined) addFact(source, "repository");
  if (session.commits !== undefined) addFact(source, "commits");
}

const maxKinds = 50;

function addFact(source: SourceSeen, fact: string): void {
  if (!source.facts.includes(fact) && source.facts.length < 20) source.facts.push(fact);
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** Claude Code tells of its tools with or without what they were called with. */
function toolFacts(item: Record<string, unknown>): string[] {
  const body = isRecord(item["body"]) ? item["body"]["stringValue"] : undefined;
  if (body !== "claude_code.tool_result") return [];
  return "tool_parameters" in attributesOf(item)
    ? ["tool_result", "tool_parameters"]
    : ["tool_result"];
}

/** What an item is that nothing is made of: its event, its metric, or a span's operation or name without what varies. */
function kindOf(signal: Signal, item: Record<string, unknown>): string {
  const attributes = signal === "metrics" ? {} : attributesOf(item);
  const body = isRecord(item["body"]) ? nameOf(item["body"]["stringValue"]) : "";
  const named = signal === "traces"
    ? nameOf(attributes["gen_ai.operation.name"]) ||
      nameOf(attributes["openinference.span.kind"]) ||
      (nameOf(item["name"]).split(/[\s/(]/)[0] ?? "")
    : signal === "logs"
    ? nameOf(item["eventName"]) || nameOf(attributes["event.name"]) ||
      (/^[\w.-]+$/.test(body) ? body : "")
    : nameOf(item["name"]);
  return storableText(named).slice(0, 100) || "without a name";
}

/** In a sentence what was left of a request and why; empty when nothing was. */
export function leftOutOf(seen: SourceSeen[]): string {
  const kinds = seen.flatMap((one) =>
    Object.entries(one.left_out).map(([kind, count]) => ({
      count,
      text: `${kind} (${count}) of ${one.program}: ${reasonOf(one.program, one.signal, kind)}`,
    }))
  );
  if (kinds.length === 0) return "";
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const told = kinds.slice(0, 3).map(({ text }) => text).join("; ");
  return `${total} left, which tell of no call, edit or commit: ${told}${
    kinds.length > 3 ? "; …" : ""
  }`;
}

/** Why nothing is made of a kind of item. */
export function reasonOf(program: string, signal: SourceSeen["signal"], kind: string): string {
  const isOf = (pattern: RegExp) => pattern.test(program);
  if (signal === "traces" && isOf(/^(claude-code|codex|gemini-cli)/)) {
    return "its log events say the same and more";
  }
  if (signal === "logs" && isOf(/^gemini-cli/) && kind.startsWith("gen_ai.")) {
    return "its own event has cache and thoughts too";
  }
  if (signal === "metrics" && kind.includes("token")) {
    return "it names no session, and its spans or events say the same";
  }
  if (
    /^(invoke_agent|create_agent|execute_tool|invoke_workflow|plan|retrieval|AGENT|TOOL|CHAIN|RETRIEVER)$/
      .test(kind)
  ) {
    return "it surrounds calls or stands beside them";
  }
  return "nothing is known of it";
}

/** A setting of a program without which something is missing, and what. */
export interface MissingSetting {
  setting: string;
  why: string;
}

/** The settings that a program seems to lack, by what it has sent. */
export function missingSettings(program: string, signals: SignalSeen[]): MissingSetting[] {
  const has = (signal: string) => signals.some((one) => one.signal === signal && one.received > 0);
  const facts = new Set(signals.flatMap((one) => one.facts));
  const sum = (of: (one: SignalSeen) => number) =>
    signals.reduce((total, one) => total + of(one), 0);
  const missing: MissingSetting[] = [];
  const need = (setting: string, why: string) => missing.push({ setting, why });
  if (/^claude-code/.test(program)) {
    if (!has("logs")) {
      need("OTEL_LOGS_EXPORTER=otlp", "Its calls, edits and commits are in its log events.");
    }
    if (facts.has("tool_result") && !facts.has("tool_parameters")) {
      need("OTEL_LOG_TOOL_DETAILS=1", "Without what tools are called with, no commit is known.");
    }
  } else if (/^codex/.test(program) && !has("logs")) {
    need("[otel] exporter in config.toml", "Its calls are in its log events.");
  } else if (/^gemini-cli/.test(program) && !has("logs")) {
    need("telemetry.enabled with telemetry.otlpEndpoint", "Its calls are in its log events.");
  }
  if (facts.has("rejected:cumulative_temporality")) {
    need(
      "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta",
      "Cumulative sums came without the time since when they count.",
    );
  }
  if (facts.has("rejected:missing_field") && has("metrics") && /^claude-code/.test(program)) {
    need("OTEL_METRICS_INCLUDE_SESSION_ID=true", "Counters came that name no session.");
  }
  if (sum((one) => one.calls) > 0) {
    if (sum((one) => one.calls_without_tokens) > 0) {
      need(
        "stream_options.include_usage",
        "Calls came without tokens: OpenAI's streams have them only when asked to.",
      );
    }
    if (!facts.has("developer")) {
      need("OTEL_RESOURCE_ATTRIBUTES=user.email=…", "Nothing says whose calls these are.");
    }
    if (!facts.has("repository")) {
      need("OTEL_RESOURCE_ATTRIBUTES=vcs.repository.name=…", "Nothing says what they were for.");
    }
  }
  return missing;
}

/** What is known of one signal of a program. */
export interface SignalSeen {
  signal: SourceSeen["signal"];
  received: number;
  calls: number;
  calls_without_tokens: number;
  facts: string[];
}
