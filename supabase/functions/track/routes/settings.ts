import { createRoute, z } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import { parseApiKey } from "../../_shared/http/api_key.ts";
import { type App, json, problems } from "../../_shared/http/app.ts";
import { env } from "../../_shared/http/env.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { writeKey } from "../schemas.ts";

const segmentSettings = createRoute({
  method: "get",
  path: "/v1/projects/{key}/settings",
  operationId: "getSegmentSettings",
  tags: ["track"],
  summary: "Where Segment's browser library sends to",
  description:
    "What `AnalyticsBrowser.load` asks for before it sends anything: with `cdnURL` at this function it needs to be told nothing else. It says nothing of the key, " +
    "not even whether it is good.",
  ...everyone,
  ...anyQuery,
  request: {
    params: z.object({
      key: writeKey.openapi({ param: { name: "key", in: "path" }, description: "The write key." }),
    }),
  },
  responses: {
    200: json(
      z.object({
        integrations: z.object({
          "Segment.io": z.object({
            apiKey: z.string(),
            apiHost: z.string().openapi({ example: "example.supabase.co/functions/v1/track/v1" }),
            protocol: z.enum(["http", "https"]),
          }),
        }),
        plan: z.object({}),
        metrics: z.object({
          sampleRate: z.literal(0).openapi({ description: "It measures nothing of itself." }),
        }),
      }).openapi("SegmentSettings"),
      "Its settings",
    ),
    ...problems("validation_failed"),
  },
});

const rudderConfig = createRoute({
  method: "get",
  path: "/sourceConfig",
  operationId: "getRudderSourceConfig",
  tags: ["track"],
  summary: "What RudderStack's browser library needs to know",
  description:
    "With `configUrl` at this function the library asks here before it sends anything: a source that is on and passes events to nobody else.",
  ...everyone,
  ...anyQuery,
  request: {
    query: z.object({
      writeKey: writeKey.openapi({
        param: { name: "writeKey", in: "query" },
        description: "The key of the source.",
      }),
    }),
  },
  responses: {
    200: json(
      z.object({
        source: z.object({
          id: z.string(),
          name: z.string(),
          workspaceId: z.string(),
          enabled: z.literal(true),
          config: z.object({
            statsCollection: z.object({
              errors: z.object({ enabled: z.literal(false) }),
              metrics: z.object({ enabled: z.literal(false) }),
            }),
          }),
          destinations: z.array(z.string()).max(0),
        }),
        updatedAt: z.string(),
      }).openapi("RudderSourceConfig"),
      "Its source",
    ),
    ...problems("validation_failed"),
  },
});

/** `GET /track/v1/projects/{key}/settings` and `GET /track/sourceConfig` */
export function settings(app: App): void {
  app.openapi(segmentSettings, (c) => {
    const { host, pathname, protocol } = new URL(`${env().FUNCTIONS_URL}/track/v1`);
    return c.json({
      integrations: {
        "Segment.io": {
          apiKey: c.req.valid("param").key,
          apiHost: host + pathname,
          protocol: protocol === "http:" ? "http" as const : "https" as const,
        },
      },
      plan: {},
      metrics: { sampleRate: 0 as const },
    }, 200);
  });

  app.openapi(rudderConfig, (c) => {
    const off = { enabled: false as const };
    return c.json({
      source: {
        id: parseApiKey(c.req.valid("query").writeKey)?.id ?? "",
        name: "Living Lytics",
        workspaceId: "living-lytics",
        enabled: true as const,
        config: { statsCollection: { errors: off, metrics: off } },
        destinations: [],
      },
      updatedAt: "2026-01-01T00:00:00.000Z",
    }, 200);
  });
}
