import { createRoute, z } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import { type App, json } from "../../_shared/http/app.ts";

const route = createRoute({
  method: "get",
  path: "/liveness",
  operationId: "getLiveness",
  tags: ["health"],
  summary: "Is the function up",
  description: "Touches nothing else.",
  ...everyone,
  responses: { 200: json(z.object({ status: z.literal("ok") }).openapi("Liveness"), "It is") },
});

/** Registers `GET /health/liveness`. */
export function liveness(app: App): void {
  app.openapi(route, (c) => c.json({ status: "ok" as const }, 200));
}
