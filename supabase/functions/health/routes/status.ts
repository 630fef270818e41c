import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOnly } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { env } from "../../_shared/http/env.ts";
import { version } from "../../_shared/http/version.ts";
import { diskOf } from "../disk.ts";
import {
  StatusSchema,
  StoredCallsSchema,
  StoredDiskSchema,
  StoredStatusSchema,
  UndeliveredSchema,
} from "../schemas.ts";

const route = createRoute({
  method: "get",
  path: "/status",
  operationId: "getStatus",
  tags: ["health"],
  summary: "What the service last did and does next",
  description:
    "Version, environment, the next and the last digest, weeks without one, the last ingest by source, what the calls of jobs were " +
    "answered, what the database takes on the disk (by pillar, how it grows, how many days are left), and mails of alerts that nobody got.",
  ...serviceOnly,
  responses: {
    200: json(StatusSchema, "The status"),
    ...problems(...callerProblems),
  },
});

/** Registers `GET /health/status`. */
export function status(app: App): void {
  app.openapi(route, async (c) => {
    const [stored, disk, calls, undelivered_alerts] = await Promise.all([
      rpc(callerDb(c), "service_status", {}, StoredStatusSchema),
      rpc(callerDb(c), "disk_status", {}, StoredDiskSchema),
      rpc(callerDb(c), "scheduled_calls", {}, StoredCallsSchema),
      rpc(callerDb(c), "undelivered_alerts", {}, UndeliveredSchema),
    ]);
    const { ENVIRONMENT: environment, DATABASE_LIMIT_MB: limit } = env();
    const answer = {
      version,
      environment,
      ...stored,
      disk: diskOf(disk, limit),
      scheduled_calls: calls.jobs,
      undelivered_alerts,
    };
    return c.json(checked(StatusSchema, answer), 200);
  });
}
