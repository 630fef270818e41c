import { Rejection } from "../../../_shared/intake/rejection.ts";
import { eachOf } from "./attributes.ts";
import { logRecord } from "./logs.ts";
import { metricPoints, type Point } from "./metrics.ts";
import { spanRecord } from "./traces.ts";
import type { AiRecord, Entry } from "../../types.ts";
import type { Attributes, Signal } from "./types.ts";

/**
 * What is understood of a request: calls to models, and what Claude Code says. Spans, log records and metrics of anything else are
 * taken and left, as a collector does that has nothing to do with them.
 * @throws MalformedMessage for a request that is not built as it should be.
 */
export function entriesIn(signal: Signal, request: Record<string, unknown>, now: number): Entry[] {
  const points: Point[] = [];
  for (const { item, resource } of eachOf(request, paths[signal])) {
    points.push(...read[signal](item, resource, now));
  }
  return points.map(({ raw, judged }, index) => ({
    index,
    raw: judged instanceof Rejection ? JSON.stringify(raw) : "",
    judged,
  }));
}

const paths = {
  traces: ["resourceSpans", "scopeSpans", "spans"],
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
} as const satisfies Record<Signal, readonly [string, string, string]>;

type Read = (item: Record<string, unknown>, resource: Attributes, now: number) => Point[];

const read: Record<Signal, Read> = {
  traces: one(spanRecord),
  logs: one(logRecord),
  metrics: metricPoints,
};

function one(
  judge: (item: Record<string, unknown>, resource: Attributes, now: number) => AiRecord | null,
): Read {
  return (item, resource, now) => {
    try {
      const judged = judge(item, resource, now);
      return judged === null ? [] : [{ raw: item, judged }];
    } catch (error) {
      if (error instanceof Rejection) return [{ raw: item, judged: error }];
      throw error;
    }
  };
}
