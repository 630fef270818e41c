import type { Days } from "../../_shared/numbers/period.ts";
import { exportedRows } from "../event_export.ts";
import type { ReadEvents, Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import { idField, timeField } from "../../_shared/http/fields.ts";
import { type App, json } from "../../_shared/http/app.ts";
import { access } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { jsonObject } from "../../_shared/http/schemas.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
  ExportPageSchema,
  OrgIdQuery,
  PersonParam,
  PersonSchema,
  reportAliases,
  reportFields,
  reportSchema,
  StateSchema,
  storedHead,
} from "../schemas.ts";

const event = z.object({
  event: z.string(),
  occurred_at: timeField,
  received_at: timeField,
  clamped: z.boolean(),
  properties: jsonObject(),
}).openapi("PersonEvent");
const TimelineSchema = reportSchema("PersonTimeline", {
  person: PersonSchema,
  ...listSchema(event).shape,
  events: aliasOfItems(event),
  n: z.int(),
});
const StoredTimeline = z.object({
  ...storedHead,
  total_count: z.int(),
  person: PersonSchema,
  events: z.array(event),
});

const ReceiptSchema = z.object({
  receipt_id: idField,
  erased_at: timeField,
  events_removed: z.int(),
  days_removed: z.int(),
  ids_removed: z.int(),
}).openapi("ErasureReceipt");

const getPerson = createRoute({
  method: "get",
  path: "/persons/{id}",
  operationId: "getPerson",
  tags: ["analytics"],
  summary: "Who a person is and what they did, the latest first",
  description:
    "A page of their events, with what is known of them under all their ids. As a table it has all of them, the oldest first.",
  ...readers,
  request: {
    params: PersonParam,
    query: rangeQuery({ ...reportFields, ...PageQuery.shape }, reportAliases),
  },
  responses: { 200: reportResponse(TimelineSchema, "A page of events"), ...reportProblems },
});

const { 304: _, ...erasureProblems } = reportProblems;

const erasePerson = createRoute({
  method: "delete",
  path: "/persons/{id}",
  operationId: "erasePerson",
  tags: ["analytics"],
  summary: "Forget a person",
  description:
    "Removes the person, every id of theirs and every event, and corrects every count. For owners and admins. The " +
    "receipt names nobody.",
  ...access("service", "user", "key:admin"),
  request: { params: PersonParam, query: z.object({ org_id: OrgIdQuery }) },
  responses: { 200: json(ReceiptSchema, "The receipt"), ...erasureProblems },
});

/** Registers `GET` and `DELETE /analytics/persons/{id}`. */
export function persons(app: App): void {
  app.openapi(getPerson, (c) => {
    const query = c.req.valid("query");
    const { id } = c.req.valid("param");
    const args = { p_person: id, p_page: query.page, p_page_size: query.page_size };
    const readOf = ({ start, end }: Days): ReadEvents => (p_after, p_limit) => {
      const range = { p_org_id: query.org_id, p_start: start, p_end: end, p_person: id };
      return rpc(callerDb(c), "export_events", { ...range, p_after, p_limit }, ExportPageSchema);
    };
    return answerReport(c, timelineReport(query, readOf), query, args);
  });
  app.openapi(erasePerson, async (c) => {
    const db = callerDb(c);
    const home = { p_org_id: c.req.valid("query").org_id };
    const { org_id } = await rpc(db, "analytics_state", home, StateSchema);
    const args = { p_org_id: org_id, p_person: c.req.valid("param").id };
    return c.json(await rpc(db, "erase_person", args, ReceiptSchema), 200);
  });
}

function timelineReport(
  query: z.output<typeof PageQuery>,
  readOf: (period: Days) => ReadEvents,
) {
  const present = ({ total_count, person, events }: z.output<typeof StoredTimeline>) => ({
    person,
    ...listOf(query, total_count, events),
    events,
    n: total_count,
  });
  type Body = ReturnType<typeof present>;
  return {
    rpc: "analytics_person" as const,
    definition: "analytics.person@1",
    stored: StoredTimeline,
    answer: TimelineSchema,
    present,
    totals: ({ n }: Body) => [{ key: "events" as const, value: n, n }],
    // What is more than a page is read as it is written, so that it may be any length.
    table: (_: Body, period: Days): Table => ({
      columns: {
        occurred_at: "time",
        event: "text",
        received_at: "time",
        clamped: "boolean",
        properties: "text",
      },
      rows: exportedRows(readOf(period), undefined),
    }),
  };
}
