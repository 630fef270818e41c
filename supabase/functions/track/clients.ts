import { type RouteConfig, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { accessCheckedInSql } from "../_shared/http/access.ts";
import type { RequestContext } from "../_shared/http/app.ts";
import type { AppEnv } from "../_shared/http/auth.ts";
import { anyQuery } from "../_shared/http/query_names.ts";
import { destinationOf } from "../_shared/intake/destination.ts";
import { decodedOf } from "./decoded.ts";
import type { Decoded, JudgeItem } from "./types.ts";
import { outcomeOf, settle } from "./outcome.ts";
import { botRejection, circumstances, trackProblems } from "./request.ts";

/** Stores what a request has; answers how many items it had, and how many of them were taken. */
export async function take(
  c: RequestContext,
  judge: JudgeItem,
  { sentAt, isRenewed = false, timeField }: {
    sentAt: (decoded: Decoded) => unknown;
    isRenewed?: boolean;
    timeField: string;
  },
): Promise<{ items: number; accepted: number }> {
  const decoded = decodedOf(c);
  const orgId = decoded.whole["org_id"] ?? c.req.query("org_id");
  const to = destinationOf(c, typeof orgId === "string" ? orgId : undefined);
  const given = circumstances(c, sentAt(decoded), Date.now(), isRenewed);
  const bot = botRejection(c);
  const judged = decoded.items.flatMap((item, index) => bot ? [bot] : judge(item, index, given));
  const { accepted } = outcomeOf(await settle(to, judged, timeField));
  return { items: decoded.items.length, accepted };
}

/** Spread into a route: who may track, where the key is in what a client of another product sends. */
export function clientsOf(decode: MiddlewareHandler<AppEnv>) {
  const { middleware, ...rule } = accessCheckedInSql("service", "user", "key:ingest");
  return { ...rule, ...anyQuery, middleware: [decode, ...middleware] };
}

// A response without a described type is one that a route may write in another's words.
export function answers(
  description: string,
  more: ResponseContent = {},
  refusals: RouteConfig["responses"] = trackProblems,
): RouteConfig["responses"] {
  const content = { "application/json": { schema: z.unknown() }, ...more };
  return { 200: { description, content }, ...refusals };
}

type ResponseContent = Record<string, { schema: z.ZodType }>;
