import { createRoute, type z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { everyone } from "../../_shared/http/access.ts";
import { type AppEnv } from "../../_shared/http/auth.ts";
import { rpc, serviceClient } from "../../_shared/database/db.ts";
import { env } from "../../_shared/http/env.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { EventBody, EventSchema, StoredEventSchema } from "../run_schemas.ts";
import { verifySvix } from "../svix.ts";

const route = createRoute({
  method: "post",
  path: "/events",
  operationId: "receiveDeliveryEvent",
  tags: ["digest"],
  summary: "What the mail provider reports about a digest",
  description:
    "Resend's webhook, signed as Svix does. A message counts once. A permanent bounce or a spam complaint turns the digest off " +
    "for that person; other events are kept.",
  ...anyQuery,
  ...everyone,
  middleware: signedBySvix(),
  request: { body: jsonBody(EventBody) },
  responses: {
    200: json(EventSchema, "Received"),
    ...problems(...bodyProblems, "invalid_signature", "not_ready"),
  },
});

export function postEvents(app: App): void {
  app.openapi(route, async (c) => {
    const event = c.req.valid("json");
    const { duplicate } = await rpc(serviceClient(), "digest_event", {
      p_id: c.req.header("svix-id") ?? "",
      p_type: event.type,
      p_occurred_at: timeOf(event.created_at),
      p_digest_id: digestIdOf(event.data?.tags),
      p_message_id: event.data?.email_id,
      p_suppress: suppressionOf(event),
    }, StoredEventSchema);
    return c.json(checked(EventSchema, { received: true, duplicate }), 200);
  });
}

/** Verifies the body before anything reads it as JSON: the signature is over its bytes. */
function signedBySvix(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { RESEND_WEBHOOK_SECRET: secret } = env();
    if (secret === undefined) {
      throw new Problem("not_ready", "RESEND_WEBHOOK_SECRET is not set");
    }
    const headers = {
      id: c.req.header("svix-id"),
      timestamp: c.req.header("svix-timestamp"),
      signature: c.req.header("svix-signature"),
    };
    const verdict = verifySvix(headers, await c.req.text(), secret, Date.now() / 1000);
    if (verdict === "stale") {
      throw new Problem("invalid_signature", "The message is older or newer than five minutes");
    }
    if (verdict === "invalid") {
      throw new Problem("invalid_signature", "The message is not signed with our secret");
    }
    await next();
  };
}

/** Why an event turns the digest off, if it does. A mailbox that is full today may be reached next week. */
function suppressionOf(
  { type, data }: z.output<typeof EventBody>,
): "complained" | "bounced" | undefined {
  if (type === "email.complained") return "complained";
  const bounce = data?.bounce?.type ?? "Permanent";
  return type === "email.bounced" && bounce === "Permanent" ? "bounced" : undefined;
}

/** The tag we sent along; the event may come before we know the message's id. */
function digestIdOf(tags: Record<string, string> | unknown[] | undefined): string | undefined {
  const id = Array.isArray(tags) ? undefined : tags?.["digest_id"];
  return id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    ? id
    : undefined;
}

function timeOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
