import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { tooOld } from "../event.ts";
import { judgeNative } from "../native.ts";
import { botRejection, circumstances, eventTrackers, trackProblems } from "../request.ts";
import { TrackBody, TrackEvent, TrackResult } from "../schemas.ts";
import { countDrops, storeOne } from "../store.ts";

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
    const outcome = event instanceof Rejection ? event : await storeOne(to, event);
    const rejection = outcome === "too_old" ? tooOld("occurred_at") : outcome;
    if (rejection instanceof Rejection) {
      await countDrops(to, [rejection]);
      if (rejection.code !== "bot") throw invalid(rejection.path || "event", rejection.reason);
      const message = `Event dropped: ${rejection.reason}`;
      return c.json({ success: false, message, accepted: 0, duplicates: 0 }, 202);
    }
    const name = event instanceof Rejection ? "" : event.name;
    return c.json(
      checked(TrackResult, {
        success: true,
        message: `Event '${name}' tracked successfully`,
        accepted: rejection === "accepted" ? 1 : 0,
        duplicates: rejection === "duplicate" ? 1 : 0,
      }),
      202,
    );
  });
}
