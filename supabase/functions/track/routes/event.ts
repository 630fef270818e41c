import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { judgeNative } from "../native.ts";
import { outcomeOf, settle } from "../outcome.ts";
import { botRejection, circumstances, eventTrackers, trackProblems } from "../request.ts";
import { TrackBody, TrackEvent, TrackResult } from "../schemas.ts";
import type { StorableEvent } from "../types.ts";

const trackEvent = createRoute({
  method: "post",
  path: "/",
  operationId: "trackEvent",
  tags: ["track"],
  summary: "Say that something happened",
  description:
    "Answers when the event is stored and in every count. Sending it again with the same `event_id` and `occurred_at` is a " +
    "duplicate and counts nothing; an event without `event_id` takes its identity from `Idempotency-Key`, if there is " +
    "one. Events of known bots are dropped: `accepted` is 0 and `success` false then.",
  ...eventTrackers(),
  request: { body: jsonBody(TrackBody) },
  responses: { 202: json(TrackResult, "Stored, or a duplicate"), ...trackProblems },
});

/** `POST /track` */
export function postEvent(app: App): void {
  // TrackBody only refers to it by name, because judging it is the handler's.
  app.openAPIRegistry.register("TrackEvent", TrackEvent);
  app.openapi(trackEvent, async (c) => {
    const { org_id, writeKey: _, sent_at, sentAt, ...raw } = c.req.valid("json");
    const to = destinationOf(c, org_id);
    const given = circumstances(c, sent_at ?? sentAt, Date.now());
    const event = botRejection(c) ?? judgeNative(raw, 0, given);
    const judged = event instanceof Rejection ? event : { event };
    const [result] = await settle(to, [judged], "occurred_at");
    if (result instanceof Rejection && result.code !== "bot") {
      throw invalid(result.path || "event", result.reason);
    }
    const outcome = outcomeOf(result === undefined ? [] : [result]);
    return c.json(checked(TrackResult, { ...outcome, ...told(event) }), 202);
  });
}

/** What people are told of an event that is stored, or of a bot. */
function told(event: StorableEvent | Rejection): { success: boolean; message: string } {
  return event instanceof Rejection
    ? { success: false, message: `Event dropped: ${event.reason}` }
    : { success: true, message: `Event '${event.name}' tracked successfully` };
}
