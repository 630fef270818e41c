import { z } from "@hono/zod-openapi";
import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv, Caller } from "./auth.ts";
import { databaseProblem, rpc, serviceClient } from "../database/db.ts";
import { causeOf, log } from "./log.ts";
import { invalid, Problem } from "./problem.ts";

/**
 * `Idempotency-Key` for a route's OpenAPI entry, as one of its `parameters`: a schema of all headers would have each request
 * spell them all out, which costs more than judging an event does.
 */
export function idempotencyKeyParameter(description: string, example: string) {
  return {
    name: "idempotency-key",
    in: "header" as const,
    required: false,
    description: `1–255 visible ASCII characters. ${description}`,
    example,
    schema: { type: "string" as const, pattern: visible.source },
  };
}

/**
 * The key with which a client may retry a write, if it sent one.
 * @throws Problem 422 when it is no key.
 */
export function idempotencyKeyOf(c: Context<AppEnv>): string | undefined {
  const key = c.req.header("idempotency-key");
  if (key !== undefined && !visible.test(key)) {
    throw invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
  }
  return key;
}

/**
 * Replays the answer of an earlier request with the same `Idempotency-Key` and body; runs after the guard.
 * A problem is not kept: the retry is judged anew.
 * @throws Problem 409 when the key was used with another body or its first request still runs.
 */
export function idempotent(route: string): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = idempotencyKeyOf(c);
    if (key === undefined) {
      await next();
      return;
    }
    const scope = `${route}:${identityOf(c.get("caller"))}`;
    const fingerprint = createHash("sha256").update(await c.req.text()).digest("hex");
    const claim = await rpc(
      serviceClient(),
      "claim_idempotency_key",
      { p_scope: scope, p_key: key, p_fingerprint: fingerprint },
      ClaimSchema,
    );
    if (claim.state === "conflict") {
      throw new Problem("idempotency_conflict", "This Idempotency-Key was used with another body");
    }
    if (claim.state === "in_progress") {
      throw new Problem("request_in_progress", "The first request with this key still runs", {
        headers: { "retry-after": "2" },
      });
    }
    if (claim.state === "answered") {
      return Response.json(claim.body, {
        status: claim.status,
        headers: { "idempotent-replayed": "true" },
      });
    }
    await next();
    await keepOrRelease(scope, key, c.res.clone());
    return;
  };
}

const visible = /^[\x21-\x7e]{1,255}$/;

/**
 * Callers never meet in one key; what is posted for an organization by different keys of it may. A key that posts for one source
 * meets those of the same source only, or it would be told of what it may not post.
 */
function identityOf(caller: Caller): string {
  switch (caller.kind) {
    case "user":
      return `user:${caller.authUserId}`;
    case "key":
      return caller.key.sourceName === null
        ? `org:${caller.key.orgId}`
        : `org:${caller.key.orgId}:${caller.key.sourceName}`;
    default:
      return caller.kind;
  }
}

const ClaimSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("claimed") }),
  z.object({ state: z.literal("conflict") }),
  z.object({ state: z.literal("in_progress") }),
  z.object({ state: z.literal("answered"), status: z.int(), body: z.unknown() }),
]);

async function keepOrRelease(scope: string, key: string, response: Response): Promise<void> {
  const keys = serviceClient().from("idempotency_keys");
  const { error } = response.ok
    ? await keys.update({ response_status: response.status, response_body: await response.json() })
      .match({ scope, key })
    : await keys.delete().match({ scope, key });
  // The write itself is done, so its answer goes out; a retry would only find the key unanswered for two minutes.
  if (error) log("error", "idempotency_key_not_kept", { cause: causeOf(databaseProblem(error)) });
}
