import { createRoute, z } from "@hono/zod-openapi";
import { checked, createApp, json, problems } from "../_shared/http/app.ts";
import { callerProblems, everyone, serviceOnly } from "../_shared/http/access.ts";
import { callerDb } from "../_shared/http/auth.ts";
import { rpc } from "../_shared/database/db.ts";
import { env } from "../_shared/http/env.ts";
import { version } from "../_shared/http/version.ts";
import { readiness } from "./readiness.ts";
import { ReadinessSchema, StatusSchema, StoredStatusSchema } from "./schemas.ts";

export const app = createApp("health");

const getLiveness = createRoute({
  method: "get",
  path: "/liveness",
  operationId: "getLiveness",
  tags: ["health"],
  summary: "Is the function up",
  description: "Touches nothing else.",
  ...everyone,
  responses: { 200: json(z.object({ status: z.literal("ok") }).openapi("Liveness"), "It is") },
});

app.openapi(getLiveness, (c) => c.json({ status: "ok" as const }, 200));

const getReadiness = createRoute({
  method: "get",
  path: "/readiness",
  operationId: "getReadiness",
  tags: ["health"],
  summary: "Can the service do its work",
  description: "Each check has its own deadline of three seconds.",
  ...everyone,
  responses: {
    200: json(ReadinessSchema, "Everything it needs is there"),
    503: json(ReadinessSchema, "Something it needs is not there"),
  },
});

app.openapi(getReadiness, async (c) => {
  const result = checked(ReadinessSchema, await readiness());
  return result.ready ? c.json(result, 200) : c.json(result, 503);
});

const getStatus = createRoute({
  method: "get",
  path: "/status",
  operationId: "getStatus",
  tags: ["health"],
  summary: "What the service last did and does next",
  ...serviceOnly,
  responses: {
    200: json(StatusSchema, "The status"),
    ...problems(...callerProblems),
  },
});

app.openapi(getStatus, async (c) => {
  const stored = await rpc(callerDb(c), "service_status", {}, StoredStatusSchema);
  return c.json(checked(StatusSchema, { version, environment: env().ENVIRONMENT, ...stored }), 200);
});
