import { Rejection } from "../../../_shared/intake/rejection.ts";
import { Fields, usableTime } from "../../fields.ts";
import { identityOf, identityOfContent } from "../../record.ts";
import { attributesOf, messageIn, messagesIn, millisecondsOf } from "./attributes.ts";
import { sessionFacts } from "./names.ts";
import type { AiRecord } from "../../types.ts";
import type { Attributes } from "./types.ts";

/** A data point of a metric that is understood, or why it is of no use. */
export type Point = { raw: unknown; judged: AiRecord | Rejection };

/**
 * The data points of a metric of Claude Code: delta sums, kept as they are. Metrics of other names and kinds have none. Cumulative sums
 * are refused: what has been counted since when is not known here, and counting them as they come would count twice.
 * https://code.claude.com/docs/en/monitoring-usage
 */
export function metricPoints(
  metric: Record<string, unknown>,
  resource: Attributes,
  now: number,
): Point[] {
  const name = metric["name"];
  if (typeof name !== "string" || !known.has(name)) return [];
  const sum = messageIn(metric, "sum");
  const temporality = sum["aggregationTemporality"];
  const isDelta = temporality === 1 || temporality === "AGGREGATION_TEMPORALITY_DELTA";
  return messagesIn(sum, "dataPoints").map((point) => ({
    raw: { name, ...point },
    judged: isDelta ? judged(name, point, resource, now) : cumulative(),
  }));
}

const known = new Set([
  "claude_code.session.count",
  "claude_code.token.usage",
  "claude_code.cost.usage",
  "claude_code.lines_of_code.count",
  "claude_code.commit.count",
  "claude_code.pull_request.count",
  "claude_code.code_edit_tool.decision",
  "claude_code.active_time.total",
]);

/** The attributes by which a metric is split; the others say who and where, which the session keeps. */
const split = ["type", "model", "decision", "tool", "tool_name", "language", "source"];

function judged(
  name: string,
  point: Record<string, unknown>,
  resource: Attributes,
  now: number,
): AiRecord | Rejection {
  try {
    return counterRecord(name, point, resource, now);
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
}

function counterRecord(
  name: string,
  point: Record<string, unknown>,
  resource: Attributes,
  now: number,
): AiRecord {
  const own = attributesOf(point);
  const fields = new Fields({ ...resource, ...own });
  const sessionId = fields.text(500, "session.id");
  if (sessionId === undefined) {
    throw new Rejection(
      "missing_field",
      "session.id",
      "is missing; OTEL_METRICS_INCLUDE_SESSION_ID=true exports it",
    );
  }
  const value = new Fields(point).number("asInt", "asDouble");
  if (value === undefined) throw new Rejection("missing_field", "asInt", "or asDouble is missing");
  const { startTimeUnixNano, timeUnixNano } = point;
  return {
    session: sessionFacts({ ...resource, ...own }, identityOf(sessionId), "claude_code"),
    counter: {
      external_id: identityOfContent([name, own, startTimeUnixNano, timeUnixNano, value]),
      at: usableTime(millisecondsOf(timeUnixNano), now, "timeUnixNano"),
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
    "",
    "only delta sums are taken: set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta",
  );
}
