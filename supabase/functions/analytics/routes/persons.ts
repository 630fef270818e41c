import { createRoute, z } from "@hono/zod-openapi";
import { idField, timeField } from "../../_shared/http/fields.ts";
import { type App, json } from "../../_shared/http/app.ts";
import { access } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { aliasOfItems, listOf, listSchema } from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { answerReport, readers, reportProblems, reportResponse } from "../report.ts";
import {
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
  properties: z.record(z.string(), z.unknown()),
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
  description: "A page of their events, with what is known of them under all their ids.",
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
    const args = {
      p_person: c.req.valid("param").id,
      p_page: query.page,
      p_page_size: query.page_size,
    };
    return answerReport(c, timelineReport(query), query, args);
  });
  app.openapi(erasePerson, async (c) => {
    const db = callerDb(c);
    const home = { p_org_id: c.req.valid("query").org_id };
    const { org_id } = await rpc(db, "analytics_state", home, StateSchema);
    const args = { p_org_id: org_id, p_person: c.req.valid("param").id };
    return c.json(await rpc(db, "erase_person", args, ReceiptSchema), 200);
  });
}

function timelineReport(query: z.output<typeof PageQuery>) {
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
    table: ({ events }: Body) => ({
      columns: ["occurred_at", "event", "received_at", "clamped", "properties"],
      rows: events.map((event) => ({ ...event, properties: JSON.stringify(event.properties) })),
    }),
  };
}
