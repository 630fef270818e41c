import { createRoute } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { checks } from "../checks.ts";
import { ReadinessSchema } from "../schemas.ts";

const route = createRoute({
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

/** Registers `GET /health/readiness`. */
export function readiness(app: App): void {
  app.openapi(route, async (c) => {
    const result = checked(ReadinessSchema, await checks());
    return result.ready ? c.json(result, 200) : c.json(result, 503);
  });
}
