import { createRoute, z } from "@hono/zod-openapi";
import { idField } from "../../../_shared/http/fields.ts";
import { listOf, listSchema } from "../../../_shared/http/answers.ts";
import { type App, checked, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { PageQuery } from "../../../_shared/http/pagination.ts";
import { rangeQuery } from "../../../_shared/http/query.ts";
import { reportYears } from "../../../_shared/numbers/dora_bands.ts";
import { periodOf } from "../../../_shared/numbers/period.ts";
import { doraProblems, doraReaders } from "../access.ts";
import { metricsOf } from "../metrics.ts";
import { doraHead, DoraMetricSchema, doraQuery, storedHead, storedWindow } from "../schemas.ts";

const breakdowns = ["repository", "team"] as const;

const group = {
  team_id: idField.nullable().openapi({ description: "Null of a repository." }),
  name: z.string().openapi({ description: "`owner/name` of a repository, a team's name." }),
  repositories: z.int().openapi({ description: "How many repositories it is of." }),
};

const Stored = z.object({
  ...storedHead,
  total_count: z.int(),
  groups: z.array(z.object({ ...group, ...storedWindow })),
});

const Group = z.object({ ...group, metrics: z.array(DoraMetricSchema) })
  .openapi("DoraGroup");

const Answer = listSchema(Group).extend({
  ...doraHead,
  report_year: z.enum(reportYears),
  breakdown: z.enum(breakdowns),
}).openapi("DoraBreakdown");

const { org_id, environment, start, end, compare, report_year } = doraQuery;

const route = createRoute({
  method: "get",
  path: "/dora/breakdown",
  operationId: "getDoraBreakdown",
  tags: ["dora"],
  summary: "All metrics of DORA of each repository or team",
  description:
    "By name, each as `GET /metrics/dora` answers it for that repository or team. For up to 366 days. A team without " +
    "repositories has no numbers.",
  ...doraReaders,
  request: {
    query: rangeQuery({
      org_id,
      environment,
      start,
      end,
      compare,
      report_year,
      ...PageQuery.shape,
      breakdown: z.enum(breakdowns).default("repository").openapi({
        description: "What each item is of.",
      }),
    }),
  },
  responses: { 200: json(Answer, "A page of them"), ...doraProblems },
});

/** Registers `GET /metrics/dora/breakdown`. */
export function doraBreakdown(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const { breakdown, report_year } = query;
    const { groups, total_count, ...head } = await rpc(callerDb(c), "dora_breakdown", {
      p_org_id: query.org_id,
      p_start: query.start,
      p_end: query.end,
      p_environment: query.environment,
      p_breakdown: breakdown,
      p_compare: query.compare,
      p_page: query.page,
      p_page_size: query.page_size,
    }, Stored);
    const now = new Date();
    const items = groups.map(({ team_id, name, repositories, ...window }) => ({
      team_id,
      name,
      repositories,
      metrics: metricsOf(window, report_year, now),
    }));
    const period = periodOf(head.period, now);
    const answer = {
      ...head,
      period,
      report_year,
      breakdown,
      ...listOf(query, total_count, items),
    };
    return c.json(checked(Answer, answer), 200);
  });
}
