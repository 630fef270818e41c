import { createRoute, z } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import { type App, json } from "../../_shared/http/app.ts";
import openapi from "../openapi.json" with { type: "json" };

const route = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApiDocument",
  tags: ["docs"],
  summary: "This document",
  description: "The OpenAPI 3.1 document of all functions.",
  ...everyone,
  responses: {
    200: json(
      z.looseObject({ openapi: z.string() }).openapi("OpenApiDocument"),
      "The OpenAPI 3.1 document of every function",
    ),
  },
});

/** Registers `GET /docs/openapi.json`. */
export function openApiDocument(app: App): void {
  app.openapi(route, (c) => c.json(openapi, 200, { "cache-control": "public, max-age=300" }));
}
