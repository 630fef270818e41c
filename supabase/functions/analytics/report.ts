import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { access, callerProblems } from "../_shared/http/access.ts";
import { checked, problems } from "../_shared/http/app.ts";
import { type AppEnv, callerDb } from "../_shared/http/auth.ts";
import { rpc } from "../_shared/database/db.ts";
import { totalChanges } from "./changes.ts";
import { etagOf, matchesEtag } from "./etag.ts";
import { type ReportQuery, StateSchema } from "./schemas.ts";
import { tableResponse } from "./table.ts";
import type {
  Cell,
  Head,
  Period,
  Report,
  ReportArguments,
  ReportFunction,
  State,
  Table,
} from "./types.ts";

/** Everybody who may read an organization's analytics. */
export const readers = access("service", "user", "key:read");

/** What a report answers beside 200. */
export const reportProblems = {
  304: { description: "Nothing changed since the ETag in `If-None-Match`" },
  ...problems(...callerProblems, "not_found", "validation_failed"),
};

/** The 200 of a report. */
export function reportResponse<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    description,
    content: {
      "application/json": { schema },
      "text/csv": { schema: { type: "string" as const } },
      "application/x-ndjson": { schema: { type: "string" as const } },
      "application/vnd.apache.parquet": {
        schema: { type: "string" as const, format: "binary" },
      },
    },
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
  const db = callerDb(c);
  const known = c.req.header("if-none-match");
  const scope = { p_org_id: query.org_id };
  if (known !== undefined && !report.isUnversioned) {
    const etag = etagOf(c.req.url, await rpc(db, "analytics_state", scope, StateSchema));
    if (matchesEtag(known, etag)) return notModified(etag);
  }
  const range = { ...scope, p_start: query.start_date, p_end: query.end_date };
  const read = (previous: boolean) =>
    rpc(db, report.rpc, { ...args, ...range, p_previous: previous }, report.stored);
  const [stored, before] = await Promise.all([
    read(false),
    query.compare === "previous" ? read(true) : null,
  ]);
  const current = { period: stored.period, body: report.present(stored) };
  const previous = before && { period: before.period, body: report.present(before) };
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
  const answer = {
    period: current.period,
    definition: report.definition,
    ...current.body,
    comparison: previous && {
      period: previous.period,
      ...previous.body,
      changes: totalChanges(report.totals(current.body), report.totals(previous.body)),
    },
  };
  return Response.json(checked(report.answer, answer), { headers });
}

interface Part<Body> {
  period: Period;
  body: Body;
}

/** The tables of both periods as one; the period's first day tells them apart. */
function joined<Name extends ReportFunction, Stored extends Head, Body extends object>(
  report: Report<Name, Stored, Body>,
  current: Part<Body>,
  previous: Part<Body> | null,
): Table {
  const table = report.table(current.body);
  if (previous === null) return table;
  const marked = ({ period, body }: Part<Body>) =>
    report.table(body).rows.map((row): Record<string, Cell> => ({
      ...row,
      period_start: period.start,
    }));
  return {
    columns: ["period_start", ...table.columns],
    rows: [...marked(current), ...marked(previous)],
  };
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
