import { createRoute, type RouteConfig, type z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { type App, checked, problems } from "../../_shared/http/app.ts";
import { callerProblems } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { callLimit, systemClock } from "../../_shared/http/clock.ts";
import { causeOf, log } from "../../_shared/http/log.ts";
import { readers } from "../access.ts";
import { withProgress } from "../progress.ts";
import { RunParam, RunSchema, StoredRun } from "../run_schemas.ts";

/** In milliseconds: how often the run is looked at, and how long a connection without news or altogether may last. */
const every = { look: 500, heartbeat: 15_000, connection: callLimit };
/** When a browser whose connection ended should come back, in milliseconds. */
const comeBackAfter = 1000;

// A response without a described type is one that a route may write as it goes.
const responses: RouteConfig["responses"] = {
  200: {
    description:
      "`progress` events whose data is the run, as `GET /etl/runs/{id}` answers it, and whose id is its version. The stream " +
      "ends with the run, or after 60 seconds; come back with `Last-Event-ID`.",
    content: { "text/event-stream": { schema: { type: "string" } } },
  },
  204: { description: "The run is over and `Last-Event-ID` is its last event: do not come back" },
  ...problems(...callerProblems, "not_found", "validation_failed"),
};

const route = createRoute({
  method: "get",
  path: "/runs/{id}/events",
  operationId: "followEtlRun",
  tags: ["etl"],
  summary: "A run's progress, live",
  description: "Server-Sent Events.",
  ...readers,
  request: { params: RunParam },
  responses,
});

/** Registers `GET /etl/runs/{id}/events`. */
export function followRun(app: App): void {
  app.openapi(route, async (c) => {
    const args = { p_id: c.req.valid("param").id };
    const read = () => rpc(callerDb(c), "etl_run", args, StoredRun);
    const first = await read(); // what is wrong with the request is said before the stream begins
    const seen = Number(c.req.header("last-event-id") ?? 0);
    if (isOver(first) && seen >= first.version) return c.body(null, 204);

    c.header("cache-control", "no-store");
    return streamSSE(c, async (stream) => {
      const until = Date.now() + every.connection;
      let told = seen;
      let toldAt = Date.now();
      await stream.write(`retry: ${comeBackAfter}\n\n`);
      for (let run = first;; run = await read()) {
        if (run.version > told) {
          await stream.writeSSE({
            event: "progress",
            id: String(run.version),
            data: JSON.stringify(checked(RunSchema, withProgress(run))),
          });
          [told, toldAt] = [run.version, Date.now()];
        } else if (Date.now() - toldAt >= every.heartbeat) {
          await stream.write(": still here\n\n");
          toldAt = Date.now();
        }
        const isEnough = Date.now() >= until || systemClock.ending.aborted;
        if (isOver(run) || stream.aborted || isEnough) return;
        await stream.sleep(every.look);
      }
    }, (error) => {
      // The status is sent; the client comes back by itself.
      log("error", "event_stream_failed", { cause: causeOf(error) });
      return Promise.resolve();
    });
  });
}

function isOver({ state }: z.output<typeof StoredRun>): boolean {
  return state === "FINISHED" || state === "FAILED";
}
