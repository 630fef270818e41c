import { createRoute, z } from "@hono/zod-openapi";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import { type App, json, problems } from "../../_shared/http/app.ts";

const route = createRoute({
  method: "post",
  path: "/self-test",
  operationId: "testSelf",
  tags: ["health"],
  summary: "Does pg_cron reach the functions",
  description:
    "pg_cron calls it every five minutes with the URL and the secret of its other calls; readiness tells how that went.",
  ...serviceOrCron,
  responses: {
    200: json(z.object({ status: z.literal("ok") }).openapi("SelfTest"), "It does"),
    ...problems(...callerProblems),
  },
});

/** Registers `POST /health/self-test`. */
export function selfTest(app: App): void {
  app.openapi(route, (c) => c.json({ status: "ok" as const }, 200));
}
