import { createRoute, z } from "@hono/zod-openapi";
import type { HonoRequest, MiddlewareHandler } from "hono";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { everyone } from "../../_shared/http/access.ts";
import type { AppEnv } from "../../_shared/http/auth.ts";
import { inBackground } from "../../_shared/http/background.ts";
import type { Json } from "../../_shared/database/database.types.ts";
import { rpc, serviceClient } from "../../_shared/database/db.ts";
import { env } from "../../_shared/http/env.ts";
import { processDeliveries } from "../../_shared/github/webhook_process.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { storable } from "../../_shared/database/storable.ts";
import { signedJson } from "../delivery_body.ts";
import { withoutFiles } from "../payload.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";

const DeliveryHeaders = z.object({
  "x-github-event": z.string("is required").regex(/^[a-z_]{1,100}$/, "is not an event's name"),
  "x-github-delivery": z.string("is required").regex(/^[\w-]{1,100}$/, "is not a delivery's id"),
});

const Payload = z.record(z.string(), z.unknown()).openapi("GithubWebhook", {
  description: "What GitHub sends of the event.",
  example: { zen: "Keep it logically awesome.", hook_id: 109_948_940 },
});

const ReceivedSchema = z.object({
  received: z.literal(true),
  duplicate: z.boolean().openapi({ description: "This delivery was received before." }),
}).openapi("GithubWebhookReceipt", { example: { received: true, duplicate: false } });

const route = createRoute({
  method: "post",
  path: "/webhook",
  operationId: "receiveGithubWebhook",
  tags: ["github"],
  summary: "What GitHub's webhooks report",
  description:
    "Signed with `GITHUB_WEBHOOK_SECRET`, as `application/json` or as the form that is GitHub's default, up to 25 MiB. Stored as it " +
    "came, but for the names of the files that a push touches and what a text of its commits has beyond 1 KiB, once for each " +
    "delivery, and processed after the answer: for every organization with a job that has read this repository to the end. " +
    "Understood: push, pull_request, pull_request_review, deployment, deployment_status, workflow_run, release, issues. " +
    "Anything else is kept and means nothing.",
  ...anyQuery,
  ...everyone,
  middleware: signedByGithub(),
  request: { headers: DeliveryHeaders, body: jsonBody(Payload) },
  responses: {
    202: json(ReceivedSchema, "Received"),
    ...problems(...bodyProblems, "invalid_signature", "not_ready"),
  },
});

/** Registers `POST /github/webhook`. */
export function webhook(app: App): void {
  app.openapi(route, async (c) => {
    const { "x-github-event": event, "x-github-delivery": deliveryId } = c.req.valid("header");
    const db = serviceClient();
    const { duplicate } = await rpc(db, "store_webhook_delivery", {
      p_delivery_id: deliveryId,
      p_event: event,
      p_payload: withoutFiles(storable(c.req.valid("json") as Json, await c.req.text())),
    }, z.object({ duplicate: z.boolean() }));
    if (!duplicate) inBackground("webhook", processDeliveries(db, { deliveryId }));
    return c.json(checked(ReceivedSchema, { received: true, duplicate }), 202);
  });
}

/** Verifies the body before anything reads it as JSON: the signature is over its bytes. */
function signedByGithub(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { GITHUB_WEBHOOK_SECRET: secret } = env();
    if (secret === undefined) throw new Problem("not_ready", "GITHUB_WEBHOOK_SECRET is not set");
    readAsJson(c.req, await signedJson(c.req.raw, secret));
    await next();
  };
}

/** Has what follows read this JSON as if it had been the body. */
function readAsJson(request: HonoRequest, json: string): void {
  const { url, method, headers: given } = request.raw;
  const headers = new Headers(given);
  headers.set("content-type", "application/json");
  request.raw = new Request(url, { method, headers });
  // Hono keeps promises there; its type says what they resolve to.
  request.bodyCache = { text: Promise.resolve(json) as unknown as string };
}
