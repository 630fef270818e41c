import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { type App, bodyProblems } from "../../_shared/http/app.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { byStatus } from "../../_shared/http/document.ts";
import { problemCodes } from "../../_shared/http/problem.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { telemetryIn } from "../formats/otlp/entries.ts";
import { legible, otlpResponse, readRequest, rpcCodeOf } from "../formats/otlp/message.ts";
import { OrgQuery } from "../schemas.ts";
import { leftOutOf } from "../sources.ts";
import { type Outcome, storeEntries } from "../store.ts";

const RpcStatus = z.object({
  code: z.int().min(0).max(16).openapi({ description: "A `google.rpc.Code`." }),
  message: z.string(),
  details: z.array(z.unknown()),
}).openapi("RpcStatus", { description: "An error as OTLP has it, a `google.rpc.Status`." });

const message = {
  type: "object" as const,
  description: "An OTLP request or response; the same as Protobuf.",
};
const content = {
  "application/json": { schema: message },
  "application/x-protobuf": { schema: { type: "string" as const, format: "binary" } },
};

const otlp = createRoute({
  method: "post",
  path: "/otlp/v1/{signal}",
  operationId: "exportTelemetry",
  tags: ["sessions"],
  summary: "Take what OpenTelemetry exporters send",
  description:
    "OTLP over HTTP, as JSON or Protobuf, packed by gzip if you like. Taken are calls to models by the attributes of gen_ai and OpenInference " +
    "(spans) and what coding agents export (events and sums, delta or cumulative); anything else is accepted and left. What is rejected is " +
    "in `partialSuccess` and in the dead letters; what is left is told there too, with 0 rejected, and counted by program in `GET /sessions/sources`. " +
    "Errors are a `google.rpc.Status`, as the protocol wants; a 413 names the variable of the exporter that sends less at once.",
  ...anyQuery,
  ...access("service", "user", "key:ingest"),
  request: {
    params: z.object({
      signal: z.enum(["traces", "logs", "metrics"]).openapi({
        param: { name: "signal", in: "path" },
      }),
    }),
    query: z.object(OrgQuery),
    body: { required: true, content },
  },
  responses: {
    200: { description: "Taken, all or in part", content },
    ...byStatus(
      [
        ...callerProblems,
        ...bodyProblems,
        "bad_request",
        "not_found",
        "method_not_allowed",
        "internal_error",
      ],
      ([code]) => ({
        "application/json": {
          schema: RpcStatus,
          ...code === undefined ? {} : {
            example: {
              code: rpcCodeOf(problemCodes[code][0]),
              message: problemCodes[code][2],
              details: [],
            },
          },
        },
        "application/x-protobuf": { schema: { type: "string" as const, format: "binary" } },
      }),
    ),
  },
});

/** `POST /sessions/otlp/v1/{signal}` */
export function exportTelemetry(app: App): void {
  app.openapi(otlp, async (c) => {
    const { signal } = c.req.valid("param");
    const to = destinationOf(c, c.req.valid("query").org_id);
    const request = await readRequest(c, signal);
    const { entries, sources } = legible(() => telemetryIn(signal, request, Date.now()));
    const outcome = await storeEntries(to, entries, `otlp ${signal}`, sources);
    const reasons = [reasonsOf(outcome), leftOutOf(sources)].filter((one) => one !== "");
    return otlpResponse(c, signal, outcome.rejected_count, reasons.join("; "));
  });
}

/** The first few different reasons why something was rejected. */
function reasonsOf({ rejected }: Outcome): string {
  return [...new Set(rejected.map(({ message }) => message))].slice(0, 3).join("; ");
}
