import { z } from "@hono/zod-openapi";
import { json, type RequestContext } from "./app.ts";
import { inBackground } from "./background.ts";

const AcceptedSchema = z.object({ status: z.literal("accepted") }).openapi("Accepted");

/** Spread into the responses of a route that pg_cron calls. */
export const acceptedResponse = {
  202: json(AcceptedSchema, "To pg_cron, at once: the work begins after the answer"),
};

/**
 * The answer to pg_cron's call, while its work goes on. pg_net waits for the answers to a whole batch before it sends the next,
 * in one transaction: one slow answer would hold up every other call, and vacuum with them.
 */
export function acceptCall(c: RequestContext, what: string, work: Promise<unknown>) {
  inBackground(what, work);
  return c.json({ status: "accepted" as const }, 202);
}
