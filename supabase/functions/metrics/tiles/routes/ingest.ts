import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { idempotencyKeyParameter, idempotent } from "../../../_shared/http/idempotency.ts";
import { Problem } from "../../../_shared/http/problem.ts";
import { boundSource } from "../../../_shared/intake/destination.ts";
import { judge, parseBatch, store } from "../ingest.ts";
import {
  IngestBatch,
  IngestBatchResult,
  IngestBody,
  IngestItem,
  IngestResult,
} from "../schemas.ts";

const ingesters = access("service", "key:ingest");

const route = createRoute({
  method: "post",
  path: "/ingest",
  operationId: "ingestMetrics",
  tags: ["metrics"],
  summary: "Post numbers of a source",
  description:
    "One reading, or `{items: […]}` with up to 1,000. Sending a reading again replaces its values and keeps the old " +
    "ones as restatements. In a batch each item has its own result, and 207 says that some failed.",
  ...ingesters,
  middleware: [...ingesters.middleware, idempotent("metrics/ingest")],
  parameters: [
    idempotencyKeyParameter(
      "Retrying with the same key and body answers the first response again for 24 hours; with another body it is a 409.",
      "ga4-2026-11-16",
    ),
  ],
  request: { body: jsonBody(IngestBody) },
  responses: {
    200: json(z.union([IngestResult, IngestBatchResult]), "Stored"),
    207: json(IngestBatchResult, "Some items failed; the others are stored"),
    ...problems(
      ...callerProblems,
      ...bodyProblems,
      "user_not_found",
      "idempotency_conflict",
      "request_in_progress",
    ),
  },
});

/** Registers `POST /metrics/ingest`. */
export function ingest(app: App): void {
  // IngestBody only refers to the two by name, because judging them is the handler's.
  app.openAPIRegistry.register("IngestItem", IngestItem);
  app.openAPIRegistry.register("IngestBatch", IngestBatch);

  app.openapi(route, async (c) => {
    const body = c.req.valid("json");
    const now = new Date();
    const source = boundSource(c.get("caller"));
    if ("items" in body) {
      const items = parseBatch(body);
      const result = await store(callerDb(c), items.map((item) => judge(item, now, source)));
      const failed = result.results.some((one) => one.status !== 200);
      return c.json(checked(IngestBatchResult, result), failed ? 207 : 200);
    }
    const judged = judge(body, now, source);
    if ("problem" in judged) throw judged.problem;
    const { results, ...result } = await store(callerDb(c), [judged]);
    if (results[0]?.status === 404) throw new Problem("user_not_found", "User not found");
    return c.json(checked(IngestResult, result), 200);
  });
}
