import { createRoute, type z } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody, type RequestContext } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { outcomeOf, settle } from "../outcome.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { botRejection, circumstances, eventTrackers, trackProblems } from "../request.ts";
import { SegmentBody, SegmentCall, TrackBatchResult } from "../schemas.ts";
import { judgeSegment, messageUserAgent, renewsSentAt, segmentCalls } from "../formats/segment.ts";

const segmentMessages = createRoute({
  method: "post",
  path: "/v1/{call}",
  operationId: "postSegmentMessages",
  tags: ["track"],
  summary: "Take what Segment's libraries send",
  description:
    "Segment's HTTP API: point a library's host and path here and use a key of the organization as its write key, as the " +
    "user name of Basic authentication or as `writeKey` in the body. `messageId` and `timestamp` identify an event; a " +
    "clock that is wrong by more than a minute according to `sentAt` is corrected for. Members that are not known are ignored.",
  ...anyQuery,
  ...eventTrackers(),
  request: { params: SegmentCall, body: jsonBody(SegmentBody) },
  responses: { 200: json(TrackBatchResult, "What became of them"), ...trackProblems },
});

const rudderBeacon = createRoute({
  method: "post",
  path: "/beacon/v1/batch",
  operationId: "postRudderBeacon",
  tags: ["track"],
  summary: "Take what RudderStack's library sends as a page closes",
  description:
    "A batch of messages as `POST /v1/track/v1/batch` takes them, by `navigator.sendBeacon`, which sends no headers: the key is `writeKey` in the query.",
  ...anyQuery,
  ...eventTrackers(),
  request: { body: jsonBody(SegmentBody) },
  responses: { 200: json(TrackBatchResult, "What became of them"), ...trackProblems },
});

const jitsuMessages = [["", "postJitsuMessage"], ["s2s/", "postJitsuServerMessage"]].map((
  [part, operationId = ""],
) =>
  createRoute({
    method: "post",
    path: `/jitsu/api/s/${part}{call}`,
    operationId,
    tags: ["track"],
    summary: `Take what Jitsu's libraries send${part === "" ? "" : " from servers"}`,
    description:
      "Jitsu's messages are Segment's, as `POST /v1/track/v1/{call}` takes them; the key is in the header `X-Write-Key`.",
    ...anyQuery,
    ...eventTrackers(),
    request: { params: SegmentCall, body: jsonBody(SegmentBody) },
    responses: { 200: json(TrackBatchResult, "What became of them"), ...trackProblems },
  })
);

/** `POST /track/jitsu/api/s/{call}`, and `…/s2s/{call}` */
export function postJitsu(app: App): void {
  for (const route of jitsuMessages) {
    app.openapi(route, async (c) => {
      const type = segmentCalls[c.req.valid("param").call];
      return c.json(await take(c, c.req.valid("json"), type), 200);
    });
  }
}

/** `POST /track/v1/{call}` */
export function postSegment(app: App): void {
  app.openapi(segmentMessages, async (c) => {
    const type = segmentCalls[c.req.valid("param").call];
    return c.json(await take(c, c.req.valid("json"), type), 200);
  });
}

/** `POST /track/beacon/v1/batch` */
export function postBeacon(app: App): void {
  app.openapi(rudderBeacon, async (c) => c.json(await take(c, c.req.valid("json"), "batch"), 200));
}

async function take(c: RequestContext, body: z.output<typeof SegmentBody>, type: string) {
  const to = destinationOf(c, body.org_id);
  const messages = type === "batch" ? body.batch ?? [] : [body];
  const given = circumstances(c, body["sentAt"], Date.now(), renewsSentAt(messages[0]));
  const judged = messages.map((message, index) =>
    botRejection(c, messageUserAgent(message)) ??
      judgeSegment(message, index, given, type === "batch" ? undefined : type)
  );
  return checked(TrackBatchResult, outcomeOf(await settle(to, judged, "timestamp")));
}
