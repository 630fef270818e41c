import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import { everyone } from "../../_shared/http/access.ts";
import type { App } from "../../_shared/http/app.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { problems } from "../../_shared/http/app.ts";
import { answers, clientsOf, take } from "../clients.ts";
import { decodedAs } from "../decoded.ts";
import { amplitudeSuccess, judgeAmplitude } from "../formats/amplitude.ts";
import type { Decoded, JudgeItem } from "../types.ts";
import { judgeEngage, judgeMixpanel } from "../formats/mixpanel.ts";
import { judgePosthog, posthogConfig } from "../formats/posthog.ts";
import { queryProblems } from "../request.ts";
import { writeKey } from "../schemas.ts";

/** The paths of other products that clients post to, with the function's name. */
export const clientPaths = [
  ...["2/httpapi", "batch"].map((call) => `/track/amplitude/${call}`),
  ...["track", "import", "engage", "groups"].map((call) => `/track/mixpanel/${call}`),
  ...["batch", "e", "i/v0/e", "capture", "s", "flags", "decide"]
    .map((call) => `/track/posthog/${call}`),
  "/track/openpanel/track",
  "/track/umami/api/send",
  "/track/plausible/api/event",
  "/track/snowplow/com.snowplowanalytics.snowplow/tp2",
];

/** The routes of clients of other products, which need to know another host and nothing else. */
export function clients(app: App): void {
  amplitude(app);
  mixpanel(app);
  posthog(app);
}

function amplitude(app: App): void {
  for (const call of ["2/httpapi", "batch"]) {
    const route = createRoute({
      method: "post",
      path: `/amplitude/${call}`,
      operationId: call === "batch" ? "postAmplitudeBatch" : "postAmplitude",
      tags: ["track"],
      summary: "Take what Amplitude's libraries send",
      description:
        "Amplitude's HTTP V2 API and its batch: `{api_key, events, client_upload_time}`. `insert_id` and `time` identify an event.",
      ...clientsOf(decodedAs("events", (body) => body["api_key"])),
      responses: answers("In Amplitude's words"),
    });
    app.openapi(route, async (c) => {
      const { items } = await take(c, judgeAmplitude, {
        sentAt: ({ whole }) => whole["client_upload_time"],
        isRenewed: true,
        timeField: "time",
      });
      return c.json(amplitudeSuccess(items, Date.now()), 200);
    });
  }
}

function mixpanel(app: App): void {
  const call = z.object({
    call: z.enum(["track", "import", "engage", "groups"]).openapi({
      param: { name: "call", in: "path" },
      description: "The method of Mixpanel's API.",
    }),
  });
  const token = (item: Record<string, unknown>) => {
    const { properties } = item;
    const ofEvent = properties !== null && typeof properties === "object" && "token" in properties
      ? properties.token
      : undefined;
    return item["$token"] ?? item["token"] ?? ofEvent;
  };
  for (const method of ["get", "post"] as const) {
    const route = createRoute({
      method,
      path: "/mixpanel/{call}",
      operationId: method === "get" ? "getMixpanel" : "postMixpanel",
      tags: ["track"],
      summary: "Take what Mixpanel's libraries send",
      description:
        "Mixpanel's `/track`, `/import` and `/engage`: one item or a list, as JSON or in `data` of the query or a form, in base64 or as it is; the key is the token. " +
        "`$insert_id` and `time` identify an event. Groups (`/groups`) are not kept.",
      ...clientsOf(decodedAs("events", token)),
      request: { params: call },
      responses: answers(
        "`1`, which is all that the libraries read, or more with `verbose=1`",
        { "text/plain": { schema: z.literal("1") } },
        method === "get" ? queryProblems : undefined,
      ),
    });
    app.openapi(route, async (c) => {
      const { call } = c.req.valid("param");
      const judge: JudgeItem = call === "engage" ? judgeEngage : judgeMixpanel;
      const options = { sentAt: () => undefined, timeField: "properties.time" };
      const { accepted } = call === "groups" ? { accepted: 0 } : await take(c, judge, options);
      if (c.req.query("verbose") === "1") return c.json({ status: 1, error: null }, 200);
      if (call !== "import" || c.req.query("strict") !== "1") return c.text("1", 200);
      return c.json({ code: 200, num_records_imported: accepted, status: "OK" }, 200);
    });
  }
}

function posthog(app: App): void {
  const decode = decodedAs("batch", (item) => {
    const { properties } = item;
    const token = properties !== null && typeof properties === "object" && "token" in properties
      ? properties.token
      : undefined;
    return item["api_key"] ?? item["token"] ?? token;
  });
  for (const call of ["flags", "decide"] as const) {
    const route = createRoute({
      method: "post",
      path: `/posthog/${call}`,
      operationId: call === "flags" ? "getPosthogFlags" : "getPosthogDecision",
      tags: ["track"],
      summary: "What PostHog's libraries ask before they send",
      description: "No flags, no recordings, no surveys. It says nothing of the key.",
      ...everyone,
      ...anyQuery,
      responses: {
        200: {
          description: "In PostHog's words",
          content: { "application/json": { schema: z.looseObject({}) } },
        },
      },
    });
    app.openapi(route, (c) => c.json(posthogConfig, 200));
  }
  const remoteConfig = createRoute({
    method: "get",
    path: "/posthog/array/{key}/{file}",
    operationId: "getPosthogConfig",
    tags: ["track"],
    summary: "What PostHog's browser library loads before it sends",
    description: "The same as JSON, and as a script. It says nothing of the key.",
    ...everyone,
    ...anyQuery,
    request: {
      params: z.object({
        key: writeKey.openapi({
          param: { name: "key", in: "path" },
          description: "The key of the project.",
        }),
        file: z.enum(["config", "config.js"]).openapi({
          param: { name: "file", in: "path" },
          description: "As JSON, or as a script.",
        }),
      }),
    },
    responses: {
      200: {
        description: "In PostHog's words",
        content: {
          "application/json": { schema: z.looseObject({}) },
          "text/javascript": { schema: z.string() },
        },
      },
      ...problems("validation_failed"),
    } as RouteConfig["responses"],
  });
  app.openapi(remoteConfig, (c) => {
    const { key, file } = c.req.valid("param");
    if (file === "config") return c.json(posthogConfig, 200);
    const config = JSON.stringify({ config: posthogConfig, siteApps: [] });
    const script =
      `(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})["${key}"]=${config};`;
    return c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" });
  });
  const description =
    "PostHog's capture API: one event, a list, or `{api_key, batch}`, compressed by gzip whether a header says so or not, or in a form in base64. `uuid` and `timestamp` " +
    "identify an event.";
  const events = createRoute({
    method: "post",
    path: "/posthog/{call}",
    operationId: "postPosthog",
    tags: ["track"],
    summary: "Take what PostHog's libraries send",
    description: `${description} Recordings (\`s\`) are not kept.`,
    ...clientsOf(decode),
    request: {
      params: z.object({
        call: z.enum(["batch", "e", "capture", "s"]).openapi({
          param: { name: "call", in: "path" },
          description: "The method of PostHog's API.",
        }),
      }),
    },
    responses: answers("In PostHog's words"),
  });
  const newer = createRoute({
    method: "post",
    path: "/posthog/i/v0/e",
    operationId: "postPosthogEvents",
    tags: ["track"],
    summary: "Take what PostHog's libraries send, by another path",
    description,
    ...clientsOf(decode),
    responses: answers("In PostHog's words"),
  });
  const sentAt = ({ whole }: Decoded) => whole["sent_at"];
  app.openapi(events, async (c) => {
    if (c.req.valid("param").call !== "s") {
      await take(c, judgePosthog, { sentAt, timeField: "timestamp" });
    }
    return c.json({ status: 1 }, 200);
  });
  app.openapi(newer, async (c) => {
    await take(c, judgePosthog, { sentAt, timeField: "timestamp" });
    return c.json({ status: 1 }, 200);
  });
}
