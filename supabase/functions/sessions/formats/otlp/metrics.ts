import { Rejection } from "../../../_shared/intake/rejection.ts";
import { Fields, usableTime } from "../../fields.ts";
import { identityOf, identityOfContent } from "../../record.ts";
import { attributesOf, messageIn, messagesIn, millisecondsOf } from "./attributes.ts";
import { names, sessionFacts } from "./names.ts";
import type { AiRecord } from "../../types.ts";
import type { Attributes } from "./types.ts";

/** A data point of a metric that is understood, or why it is of no use. */
export type Point = { raw: unknown; judged: AiRecord | Rejection };

/**
 * The data points of a metric that coding agents count by, of a sum or a histogram, of which the sum is taken. Metrics of other names and kinds
 * have none. A delta is kept as it is; of a cumulative sum there is one counter for each series and start, which holds what was counted since.
 * The standard's histogram of tokens counts only where it names a session: without one it says again what spans say.
 * https://code.claude.com/docs/en/monitoring-usage
 */
export function metricPoints(
  metric: Record<string, unknown>,
  resource: Attributes,
  now: number,
): Point[] {
  const name = metric["name"];
  const source = typeof name === "string" ? sources[name] : undefined;
  if (typeof name !== "string" || source === undefined) return [];
  return ["sum", "histogram", "exponentialHistogram"].flatMap((kind) => {
    const data = messageIn(metric, kind);
    const temporality = data["aggregationTemporality"];
    const isDelta = temporality === 1 || temporality === "AGGREGATION_TEMPORALITY_DELTA";
    return messagesIn(data, "dataPoints").flatMap((point) => {
      const judged = judge(() => counterRecord({ name, source, point, resource, isDelta }, now));
      return judged === null ? [] : [{ raw: { name, ...point }, judged }];
    });
  });
}

const standard = "gen_ai.client.token.usage";

/** The counters that are understood, and whose they are. */
const sources: Record<string, string> = {
  "claude_code.session.count": "claude_code",
  "claude_code.token.usage": "claude_code",
  "claude_code.cost.usage": "claude_code",
  "claude_code.lines_of_code.count": "claude_code",
  "claude_code.commit.count": "claude_code",
  "claude_code.pull_request.count": "claude_code",
  "claude_code.code_edit_tool.decision": "claude_code",
  "claude_code.active_time.total": "claude_code",
  "gemini_cli.token.usage": "gemini_cli",
  "gemini_cli.lines.changed": "gemini_cli",
  "qwen-code.token.usage": "qwen_code",
  "qwen-code.lines.changed": "qwen_code",
  [standard]: "otlp",
};

/** The attributes by which a metric is split; the others say who and where, which the session keeps. */
const split = [
  "type",
  "model",
  "decision",
  "tool",
  "tool_name",
  "language",
  "source",
  "gen_ai.token.type",
  "gen_ai.request.model",
];

function judge(read: () => AiRecord | null): AiRecord | Rejection | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
}

interface Given {
  name: string;
  source: string;
  point: Record<string, unknown>;
  resource: Attributes;
  isDelta: boolean;
}

function counterRecord(
  { name, source, point, resource, isDelta }: Given,
  now: number,
): AiRecord | null {
  const own = attributesOf(point);
  const fields = new Fields({ ...resource, ...own });
  const sessionId = fields.text(500, ...(name === standard ? names.session : ["session.id"]));
  if (sessionId === undefined) {
    if (name === standard) return null;
    throw new Rejection(
      "missing_field",
      "session.id",
      "is missing; OTEL_METRICS_INCLUDE_SESSION_ID=true exports it",
    );
  }
  const value = new Fields(point).number("asInt", "asDouble", "sum");
  if (value === undefined) throw new Rejection("missing_field", "asInt", "or asDouble is missing");
  const { startTimeUnixNano, timeUnixNano } = point;
  const at = usableTime(millisecondsOf(timeUnixNano), now, "timeUnixNano");
  const start = isDelta ? undefined : millisecondsOf(startTimeUnixNano);
  if (!isDelta && start === undefined) throw cumulative();
  return {
    session: sessionFacts({ ...resource, ...own }, identityOf(sessionId), source),
    counter: {
      ...(start === undefined
        ? {
          external_id: identityOfContent([name, own, startTimeUnixNano, timeUnixNano, value]),
          at,
        }
        : {
          external_id: identityOfContent([name, own, resource, startTimeUnixNano]),
          at: usableTime(start, now, "startTimeUnixNano"),
          seen_at: at,
        }),
      name,
      attributes: Object.fromEntries(split.flatMap((key) => {
        const text = fields.prose(200, key);
        return text === undefined ? [] : [[key, text]];
      })),
      value,
    },
  };
}

function cumulative(): Rejection {
  return new Rejection(
    "cumulative_temporality",
    "startTimeUnixNano",
    "is missing, so that nothing says since when a cumulative sum counts: set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta",
  );
}
