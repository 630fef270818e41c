import type { Session } from "@supabase/supabase-js";
import type { Context } from "hono";
import { createRoute, z } from "@hono/zod-openapi";
import { createHash } from "node:crypto";
import { type App, bodyProblems, json, jsonBody, problems } from "../../_shared/http/app.ts";
import { access, callerProblems, everyone } from "../../_shared/http/access.ts";
import { type AppEnv, auditHeaders } from "../../_shared/http/auth.ts";
import { clientWithHeaders, rpc, serviceClient } from "../../_shared/database/db.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { sessionAnswer } from "../answer.ts";
import { authServer, endSession, reach, refusal, sessionOf } from "../auth_server.ts";
import { limitedByAddress } from "../limits.ts";
import { RefreshBody, SessionSchema } from "../schemas.ts";

const refreshRoute = createRoute({
  method: "post",
  path: "/refresh",
  operationId: "refreshSession",
  tags: ["auth"],
  summary: "Exchange a refresh token for a new session",
  description:
    "A refresh token is good for one use. Using it again ends the session it belongs to, newer tokens included: one of the two " +
    "who used it has stolen it. So send one refresh at a time.",
  ...everyone,
  middleware: limitedByAddress("refresh"),
  request: { body: jsonBody(RefreshBody) },
  responses: {
    200: json(SessionSchema, "The session goes on"),
    ...problems(...bodyProblems, "invalid_token", "user_not_found", "rate_limited", "not_ready"),
  },
});

const logoutRoute = createRoute({
  method: "post",
  path: "/logout",
  operationId: "signOut",
  tags: ["auth"],
  summary: "End this session",
  description: "Its refresh token stops working; other sessions of the same person go on.",
  ...access("user"),
  responses: {
    204: { description: "Signed out" },
    ...problems(...callerProblems),
  },
});

export function session(app: App): void {
  app.openapi(refreshRoute, async (c) => {
    const { refresh_token: token } = c.req.valid("json");
    const next = await refreshed(c, token);
    const answer = await sessionAnswer(c, next);
    if (next.refresh_token !== token) await refuseReuse(c, token, next);
    return c.json(answer, 200);
  });

  app.openapi(logoutRoute, async (c) => {
    await endSession(authServer(c), bearerOf(c), "local");
    return c.body(null, 204);
  });
}

async function refreshed(c: Context<AppEnv>, token: string): Promise<Session> {
  const { data, error } = await reach(authServer(c).refreshSession({ refresh_token: token }));
  if (!error) return sessionOf(data);
  if (error.status === 429) throw refusal(error);
  throw new Problem(
    "invalid_token",
    "The refresh token is unknown, was used, or its session ended",
  );
}

/**
 * Noted last of all: a refresh that failed on the way may be tried again, and of two at the same time the second
 * to get here ends the session of both.
 */
async function refuseReuse(c: Context<AppEnv>, token: string, next: Session): Promise<void> {
  const hash = createHash("sha256").update(token).digest("hex");
  const args = { p_token_hash: hash };
  if (await rpc(serviceClient(), "use_refresh_token", args, z.boolean())) return;
  await endSession(authServer(c), next.access_token, "local");
  await rpc(clientWithHeaders(auditHeaders(c)), "audit_sign_in_failure", {
    p_login: next.user.email ?? "",
    p_reason: "refresh_token_reused",
  }, z.unknown());
  throw new Problem("invalid_token", "The refresh token was used before, so its session has ended");
}

/** The access token that the route's guard has checked. */
function bearerOf(c: Context<AppEnv>): string {
  return (c.req.header("authorization") ?? "").trim().replace(/^bearer\s+/i, "");
}
