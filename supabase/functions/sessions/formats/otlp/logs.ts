import { isRecord } from "../../../_shared/intake/kinds.ts";
import { Fields, usableTime } from "../../fields.ts";
import { claudeCodeRecord, isClaudeCode } from "../claude_code.ts";
import { codexRecord, isCodex } from "../codex.ts";
import { geminiCliRecord, isGeminiCli } from "../gemini_cli.ts";
import { genAiEvent, isGenAiEvent } from "../gen_ai.ts";
import { attributesOf, millisecondsOf, plainValue } from "./attributes.ts";
import type { AiRecord } from "../../types.ts";
import type { Attributes, LogEvent } from "./types.ts";

/** The programs whose events are understood, the standard's event after those that tell more. */
const formats: [(log: LogEvent) => boolean, (log: LogEvent) => AiRecord | null][] = [
  [isClaudeCode, claudeCodeRecord],
  [isCodex, codexRecord],
  [isGeminiCli, geminiCliRecord],
  [isGenAiEvent, genAiEvent],
];

/**
 * What a log record says, or null for one of a program that is not known, and for events that tell nothing of calls, edits or commits.
 * @throws Rejection when it is one and cannot be used.
 */
export function logRecord(
  record: Record<string, unknown>,
  resource: Attributes,
  now: number,
): AiRecord | null {
  const own = attributesOf(record);
  const log = eventIn(record, own, { ...resource, ...own }, now);
  if (log === null) return null;
  const read = formats.find(([isOf]) => isOf(log))?.[1];
  return read === undefined ? null : read(log);
}

/** Exporters put the name of an event into the record, its body or an attribute; one that looks like a program's goes first. */
function eventIn(
  record: Record<string, unknown>,
  own: Attributes,
  attributes: Attributes,
  now: number,
): LogEvent | null {
  const body = isRecord(record["body"]) ? plainValue(record["body"]) : undefined;
  const named = [record["eventName"], attributes["event.name"], body].filter((one) =>
    typeof one === "string" && one !== ""
  ).map(String);
  const name = named.find((one) => /^[a-z_-]+\.[\w.-]+$/i.test(one)) ?? named[0];
  if (name === undefined) return null;
  return {
    name,
    service: String(attributes["service.name"] ?? ""),
    attributes,
    own,
    timeUnixNano: record["timeUnixNano"],
    span: { traceId: record["traceId"], spanId: record["spanId"] },
    time: () =>
      new Fields(attributes).time(now, "event.timestamp") ??
        usableTime(
          millisecondsOf(record["timeUnixNano"]) ?? millisecondsOf(record["observedTimeUnixNano"]),
          now,
          "timeUnixNano",
        ),
  };
}
