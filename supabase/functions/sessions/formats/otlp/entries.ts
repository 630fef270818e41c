import { Problem } from "../../../_shared/http/problem.ts";
import { Rejection } from "../../../_shared/intake/rejection.ts";
import { Sources } from "../../sources.ts";
import { eachOf } from "./attributes.ts";
import { logRecord } from "./logs.ts";
import { metricPoints, type Point } from "./metrics.ts";
import { spanRecord } from "./traces.ts";
import type { AiRecord, Entry, SourceSeen } from "../../types.ts";
import type { Attributes, Signal } from "./types.ts";

/** What a request holds: the entries that are understood or refused, and what which program sent. */
export interface Telemetry {
  entries: Entry[];
  sources: SourceSeen[];
}

/** The most spans, log records or metrics of a request: some of them take a second of CPU. */
export const maxItems = 20_000;

/**
 * What is understood of a request: calls to models, and what coding agents say. Spans, log records and metrics of anything else are
 * taken and left, as a collector does that has nothing to do with them; what was left is told by program.
 * @throws MalformedMessage for a request that is not built as it should be; Problem 413 for one of too many items.
 */
export function telemetryIn(
  signal: Signal,
  request: Record<string, unknown>,
  now: number,
): Telemetry {
  const sources = new Sources(signal);
  const entries: Entry[] = [];
  let count = 0;
  for (const { item, resource, scope } of eachOf(request, paths[signal])) {
    if (++count > maxItems) {
      throw new Problem("payload_too_large", `The request has more than ${maxItems} items`);
    }
    const origin = sources.originOf(resource, scope);
    const points = read[signal](item, resource, now);
    sources.note(origin, item, points);
    for (const { raw, judged } of points) {
      const isRejected = judged instanceof Rejection;
      if (!isRejected) judged.origin = origin;
      entries.push({ index: entries.length, raw: isRejected ? JSON.stringify(raw) : "", judged });
    }
  }
  return { entries, sources: sources.seen };
}

/** The entries of a request alone, see {@link telemetryIn}. */
export function entriesIn(signal: Signal, request: Record<string, unknown>, now: number): Entry[] {
  return telemetryIn(signal, request, now).entries;
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
