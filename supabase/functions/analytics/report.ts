import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { access, callerProblems } from "../_shared/http/access.ts";
import { checked, json, problems } from "../_shared/http/app.ts";
import { etagHeader, formats } from "../_shared/http/document.ts";
import { type AppEnv, callerDb } from "../_shared/http/auth.ts";
import type { PageQuery } from "../_shared/http/pagination.ts";
import { rpc } from "../_shared/database/db.ts";
import { compared, type Metric } from "../_shared/numbers/metric.ts";
import { type Days, daysAYearBefore, type Period } from "../_shared/numbers/period.ts";
import { differences } from "./changes.ts";
import { etagOf, matchesEtag } from "../_shared/http/etag.ts";
import { metricsOf } from "../_shared/numbers/product_metrics.ts";
import { inWordsOf } from "./names.ts";
import { type ReportQuery, StateSchema } from "./schemas.ts";
import { tableResponse } from "./table.ts";
import type { Head, Report, ReportArguments, ReportFunction, Row, State, Table } from "./types.ts";

/** Everybody who may read an organization's analytics. */
export const readers = access("service", "user", "key:read");

/** What a report answers beside 200. */
export const reportProblems = {
  304: { description: "Nothing changed since the ETag in `If-None-Match`", headers: etagHeader },
  ...problems(...callerProblems, "not_found", "validation_failed"),
};

/** The 200 of a report. */
export function reportResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    ...json(schema, description),
    headers: etagHeader,
    ...formats({
      csv: "text/csv",
      ndjson: "application/x-ndjson",
      parquet: "application/vnd.apache.parquet",
    }),
  };
}

/** Answers a report in the format asked for, compared if asked, or 304 to whoever has it already. */
export async function answerReport<
  Name extends ReportFunction,
  Stored extends Head,
  Body extends object,
>(
  c: Context<AppEnv>,
  report: Report<Name, Stored, Body>,
  query: ReportQuery,
  args: ReportArguments<Name>,
): Promise<Response> {
  const known = c.req.header("if-none-match");
  if (known !== undefined && !report.isUnversioned) {
    const scope = { p_org_id: query.org_id };
    const etag = etagOf(c.req.url, await rpc(callerDb(c), "analytics_state", scope, StateSchema));
    if (matchesEtag(known, etag)) return notModified(etag);
  }
  const { stored, before } = await readReport(c, report, query, args);
  const current = partOf(report, stored);
  const previous = before && partOf(report, before);
  const etag = etagOf(
    c.req.url,
    report.isUnversioned ? [current, previous] : olderOf(stored.state, before?.state),
  );
  if (known !== undefined && matchesEtag(known, etag)) return notModified(etag);
  const headers = cacheHeaders(etag);
  if (query.format !== "json") {
    const table = joined(report, current, previous);
    return tableResponse(table, query.format, report.rpc.replaceAll("_", "-"), headers);
  }
  const answer = answerOf(report.definition, current, previous);
  return Response.json(checked(report.answer, answer), { headers });
}

/** Which page of a list the database is asked for: all of it where it becomes a table. */
export function pageArguments(
  { page, page_size, format }: z.output<typeof PageQuery> & Pick<ReportQuery, "format">,
): { p_page: number; p_page_size: number } {
  return format === "json"
    ? { p_page: page, p_page_size: page_size }
    : { p_page: 1, p_page_size: 1_000_000 };
}

/** What the database answers of the range, and of the one it is compared with. */
async function readReport<
  Name extends ReportFunction,
  Stored extends Head,
  Body extends object,
>(
  c: Context<AppEnv>,
  report: Report<Name, Stored, Body>,
  { org_id, start, end, compare }: ReportQuery,
  args: ReportArguments<Name>,
): Promise<{ stored: Stored; before: Stored | null }> {
  const read = (days: Partial<Days>, previous = false) =>
    rpc(callerDb(c), report.rpc, {
      ...args,
      p_org_id: org_id,
      p_start: days.start,
      p_end: days.end,
      p_previous: previous,
    }, report.stored);
  try {
    const [stored, before] = await Promise.all([
      read({ start, end }),
      compare === "previous" ? read({ start, end }, true) : null,
    ]);
    if (compare !== "year") return { stored, before };
    const yearBefore = report.yearBefore ?? daysAYearBefore;
    return { stored, before: await read(yearBefore(stored.period)) };
  } catch (error) {
    throw inWordsOf(c.req.query(), error);
  }
}

/** A report of one range. */
interface Part<Body> {
  period: Period;
  metrics: Metric[];
  body: Body;
}

function partOf<Name extends ReportFunction, Stored extends Head, Body extends object>(
  report: Report<Name, Stored, Body>,
  stored: Stored,
): Part<Body> {
  const body = report.present(stored);
  const { rows_since, ...period } = stored.period;
  const isGone = rows_since !== undefined && rows_since !== null && rows_since > period.end;
  const totals = report.totals(body).map((total) =>
    isGone ? { ...total, value: null, null_reason: "not_kept" as const } : total
  );
  return {
    period: {
      ...period,
      complete: period.end < stored.state.today,
      ...(rows_since ? { rows_since } : {}),
    },
    metrics: metricsOf(report.definition, totals),
    body,
  };
}

function answerOf<Body extends object>(
  definition: string,
  current: Part<Body>,
  previous: Part<Body> | null,
) {
  const before = (key: string) => {
    const metric = previous?.metrics.find((one) => one.key === key);
    if (!previous || !metric) return null;
    // What is left of a range is not what the range was.
    const value = previous.period.rows_since === undefined ? metric.value : null;
    return { value, n: metric.n, period: previous.period };
  };
  return {
    period: current.period,
    definition,
    metrics: current.metrics.map((metric) => compared(metric, before(metric.key))),
    ...current.body,
    comparison: previous && {
      period: previous.period,
      ...previous.body,
      changes: differences(current.metrics, previous.metrics),
    },
  };
}

/** The tables of both periods as one; the period's first day tells them apart. */
function joined<Name extends ReportFunction, Stored extends Head, Body extends object>(
  report: Report<Name, Stored, Body>,
  current: Part<Body>,
  previous: Part<Body> | null,
): Table {
  const table = report.table(current.body, current.period);
  if (previous === null) return table;
  return {
    columns: { period_start: "date", ...table.columns },
    rows: marked(report, [current, previous]),
  };
}

async function* marked<Name extends ReportFunction, Stored extends Head, Body extends object>(
  report: Report<Name, Stored, Body>,
  parts: Part<Body>[],
): AsyncGenerator<Row> {
  for (const { period, body } of parts) {
    for await (const row of report.table(body, period).rows) {
      yield { ...row, period_start: period.start };
    }
  }
}

/** Of two reads at once the older data decides, so that an ETag never claims more than both have seen. */
function olderOf(state: State, other: State | undefined): State {
  return other && other.version < state.version ? other : state;
}

function notModified(etag: string): Response {
  return new Response(null, { status: 304, headers: cacheHeaders(etag) });
}

/** Only the caller may keep an answer, and must ask each time whether it still holds. */
function cacheHeaders(etag: string): Record<string, string> {
  return { etag, "cache-control": "private, no-cache", "vary": "Authorization, apikey" };
}
