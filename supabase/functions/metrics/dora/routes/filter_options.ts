import { createRoute, z } from "@hono/zod-openapi";
import { idField } from "../../../_shared/http/fields.ts";
import { rpc } from "../../../_shared/database/db.ts";
import { type App, json } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { query } from "../../../_shared/http/query.ts";
import { OrganizationQuery } from "../../../_shared/http/schemas.ts";
import { doraProblems, doraReaders } from "../access.ts";

const OptionsSchema = z.object({
  teams: z.array(z.object({ id: idField, name: z.string() })),
  repositories: z.array(z.string()),
  environments: z.array(z.object({
    name: z.string(),
    deployments: z.int(),
    first_at: z.iso.datetime({ offset: true }),
    last_at: z.iso.datetime({ offset: true }),
  })),
}).openapi("DoraFilterOptions");

const route = createRoute({
  method: "get",
  path: "/dora/filter-options",
  operationId: "getDoraFilterOptions",
  tags: ["dora"],
  summary: "The teams, repositories and environments that there is data of",
  description: "What the other reads of delivery can be filtered by.",
  ...doraReaders,
  request: { query: query({ org_id: OrganizationQuery }) },
  responses: { 200: json(OptionsSchema, "The options"), ...doraProblems },
});

/** Registers `GET /metrics/dora/filter-options`. */
export function doraFilterOptions(app: App): void {
  app.openapi(route, async (c) => {
    const args = { p_org_id: c.req.valid("query").org_id };
    return c.json(await rpc(callerDb(c), "dora_filter_options", args, OptionsSchema), 200);
  });
}
