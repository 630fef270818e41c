import { createRoute } from "@hono/zod-openapi";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import { systemClock } from "../../_shared/http/clock.ts";
import { acceptCall, acceptedResponse } from "../../_shared/http/scheduled.ts";
import { serviceClient } from "../../_shared/database/db.ts";
import { TickRequest, TickSchema } from "../run_schemas.ts";
import { tick } from "../work.ts";

const route = createRoute({
  method: "post",
  path: "/tick",
  operationId: "workEtlJobs",
  tags: ["etl"],
  summary: "Work the jobs that are due",
  description:
    "The database calls this every minute when something is due. Works until nothing is, or for as long as a call may take; " +
    "what is left goes on in a next call from the page it has come to. Any number of calls may run at once. pg_cron is answered " +
    "before the work, the service after it.",
  ...serviceOrCron,
  request: { body: jsonBody(TickRequest) },
  responses: {
    200: json(TickSchema, "To the service: what came of it"),
    ...acceptedResponse,
    ...problems(...callerProblems, ...bodyProblems),
  },
});

/** Registers `POST /etl/tick`. */
export function postTick(app: App): void {
  app.openapi(route, async (c) => {
    const work = tick(serviceClient(), systemClock, c.req.valid("json").job_id);
    if (c.get("caller").kind === "cron") return acceptCall(c, "etl_tick", work);
    return c.json(checked(TickSchema, { ...await work }), 200);
  });
}
