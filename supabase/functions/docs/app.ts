import { createRoute, z } from "@hono/zod-openapi";
import { createApp, json } from "../_shared/http/app.ts";
import { everyone } from "../_shared/http/access.ts";
import openapi from "./openapi.json" with { type: "json" };

export const app = createApp("docs");

const getOpenApi = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApiDocument",
  tags: ["docs"],
  summary: "This document",
  ...everyone,
  responses: {
    200: json(
      z.looseObject({ openapi: z.string() }).openapi("OpenApiDocument"),
      "The OpenAPI 3.1 document of every function",
    ),
  },
});

app.openapi(getOpenApi, (c) => c.json(openapi, 200, { "cache-control": "public, max-age=300" }));
