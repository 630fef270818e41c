import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { outcomeOf, settle } from "../outcome.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { botRejection, circumstances, eventTrackers, trackProblems } from "../request.ts";
import { SegmentBody, SegmentCall, TrackBatchResult } from "../schemas.ts";
import { judgeSegment, messageUserAgent, segmentCalls } from "../formats/segment.ts";

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

/** `POST /track/v1/{call}` */
export function postSegment(app: App): void {
  app.openapi(segmentMessages, async (c) => {
    const body = c.req.valid("json");
    const type = segmentCalls[c.req.valid("param").call];
    const to = destinationOf(c, body.org_id);
    const given = circumstances(c, body["sentAt"], Date.now());
    const messages = type === "batch" ? body.batch ?? [] : [body];
    const judged = messages.map((message, index) =>
      botRejection(c, messageUserAgent(message)) ??
        judgeSegment(message, index, given, type === "batch" ? undefined : type)
    );
    const settled = await settle(to, judged, "timestamp");
    return c.json(checked(TrackBatchResult, outcomeOf(settled)), 200);
  });
}
