import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { judgeNative } from "../native.ts";
import { outcomeOf, settle } from "../outcome.ts";
import { botRejection, circumstances, eventTrackers, trackProblems } from "../request.ts";
import { TrackBatch, TrackBatchResult } from "../schemas.ts";

const trackBatch = createRoute({
  method: "post",
  path: "/batch",
  operationId: "trackEvents",
  tags: ["track"],
  summary: "Say that many things happened",
  description:
    "Up to 5,000 events or 4 MiB, which gzip may pack. Each event is judged on its own: a bad one is in `rejected` with its " +
    "index and costs the others nothing.",
  ...eventTrackers(),
  request: { body: jsonBody(TrackBatch) },
  responses: { 202: json(TrackBatchResult, "What became of them"), ...trackProblems },
});

/** `POST /track/batch` */
export function postBatch(app: App): void {
  app.openapi(trackBatch, async (c) => {
    const { batch, org_id, sent_at, sentAt } = c.req.valid("json");
    const to = destinationOf(c, org_id);
    const given = circumstances(c, sent_at ?? sentAt, Date.now());
    const bot = botRejection(c);
    const judged = batch.map((raw, index) => {
      const event = bot ?? judgeNative(raw, index, given);
      return "code" in event ? event : { event };
    });
    const settled = await settle(to, judged, "occurred_at");
    return c.json(checked(TrackBatchResult, outcomeOf(settled)), 202);
  });
}
