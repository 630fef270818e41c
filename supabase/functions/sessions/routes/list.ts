import { createRoute, z } from "@hono/zod-openapi";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import {
  aliasOfItems,
  listOf,
  listSchema,
  PeriodSchema,
  StoredPeriodSchema,
} from "../../_shared/http/answers.ts";
import { PageQuery } from "../../_shared/http/pagination.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { endParam, startParam } from "../../_shared/http/range.ts";
import { text } from "../../_shared/http/schemas.ts";
import { readers, readProblems } from "../access.ts";
import { shown } from "../shown.ts";
import {
  BaselineSchema,
  costOutlierFields,
  OrgQuery,
  sessionFields,
  storedSessionFields,
} from "../schemas.ts";

const filter = (name: string, description: string) =>
  text(200).min(1, "is empty").optional().openapi({ param: { name, in: "query" }, description });

const ListedSchema = z.object({ ...sessionFields, ...costOutlierFields }).openapi("ListedSession");
const SessionsSchema = listSchema(ListedSchema)
  .extend({ period: PeriodSchema, sessions: aliasOfItems(ListedSchema) }).openapi("Sessions");
const StoredSchema = z.object({
  period: StoredPeriodSchema,
  total_count: z.int(),
  sessions: z.array(z.object(storedSessionFields)),
  baselines: z.array(BaselineSchema),
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listSessions",
  tags: ["sessions"],
  summary: "Sessions with models, by time, cost or tokens",
  description:
    "`total_count` is exact, from the totals by hour; sessions that the organization no longer keeps are in neither. Unknown costs sort as the least. A session is a cost outlier when its robust z-score " +
    "among the latest 500 sessions with its model is at least 3.5; null with fewer than 20 of them.",
  ...readers,
  request: {
    query: rangeQuery({
      ...OrgQuery,
      ...PageQuery.shape,
      developer_id: filter("developer_id", "Exactly, in any case."),
      model: filter("model", "Exactly as it was sent: the model of most of a session's tokens."),
      repository: filter("repository", "owner/name, in any case."),
      start: startParam("The first day. Without it, that of the first session."),
      end: endParam(),
      sort_by: z.enum(["timestamp", "cost_usd", "tokens"]).default("timestamp"),
      sort_order: z.enum(["asc", "desc"]).default("desc"),
    }),
  },
  responses: { 200: json(SessionsSchema, "A page of sessions"), ...readProblems },
});

/** `GET /sessions` */
export function listSessions(app: App): void {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { period, total_count, sessions, baselines } = await rpc(callerDb(c), "ai_sessions", {
      p_org_id: orNull(query.org_id),
      p_start: orNull(query.start),
      p_end: orNull(query.end),
      p_developer_id: orNull(query.developer_id),
      p_model: orNull(query.model),
      p_repository: orNull(query.repository),
      p_sort_by: query.sort_by,
      p_sort_order: query.sort_order,
      p_page: query.page,
      p_page_size: query.page_size,
    }, StoredSchema);
    const listed = sessions.map((session) => {
      const baseline = baselines.find(({ model }) => model === session.model);
      return shown(session, baseline ?? noBaseline);
    });
    const answer = {
      period: periodOf(period, new Date()),
      ...listOf(query, total_count, listed),
      sessions: listed,
    };
    return c.json(checked(SessionsSchema, answer), 200);
  });
}

const noBaseline = { n: 0, median: null, mad: null, mean_deviation: null };
