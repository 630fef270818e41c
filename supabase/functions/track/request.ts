import { accessCheckedInSql, callerProblems } from "../_shared/http/access.ts";
import { bodyProblems, problems, type RequestContext } from "../_shared/http/app.ts";
import { idempotencyKeyOf, idempotencyKeyParameter } from "../_shared/http/idempotency.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { credentialInBody, decodedBody } from "./body.ts";
import { isBot } from "./bots.ts";
import { clientAddress } from "../_shared/http/auth.ts";
import { ClockOffsets } from "./clock.ts";
import { idFromIdempotencyKey } from "./identity.ts";
import type { Circumstances } from "./types.ts";

/** Spread into a route: who may track, and how the body comes. */
export function trackers() {
  const { middleware, ...rule } = accessCheckedInSql("service", "user", "key:ingest");
  return { ...rule, middleware: [credentialInBody(), ...middleware, decodedBody()] };
}

/** Spread into a route that takes events: {@link trackers}, and their `Idempotency-Key`. */
export function eventTrackers() {
  const key = idempotencyKeyParameter(
    "Makes sending the same body again safe though its events have no id: each takes its identity from this key, its place " +
      "and what it says. What was stored already is answered as a duplicate.",
    "checkout-7f3a",
  );
  return { ...trackers(), parameters: [key] };
}

/** The problems that every route of this function can answer. */
export const trackProblems = problems(
  ...callerProblems,
  ...bodyProblems,
  "bad_request",
  "not_found",
);

/** Those of a route that takes its events from the query, which has no body to refuse. */
export const queryProblems = problems(
  ...callerProblems,
  "malformed_json",
  "validation_failed",
  "not_found",
);

/** What this isolate knows of its clients' clocks. */
const clocks = new ClockOffsets();

/**
 * What holds for all events of this request; `sentAt` is the client's clock when it sent them, which `isRenewed` says it tells anew with each try.
 * @throws Problem 422 when its `Idempotency-Key` is no key.
 */
export function circumstances(
  c: RequestContext,
  sentAt: unknown,
  now: number,
  isRenewed = false,
): Circumstances {
  const key = idempotencyKeyOf(c);
  const retryCount = c.req.header("x-retry-count");
  return {
    now,
    skew: clocks.of({ sentAt, now, client: () => clientOf(c), retryCount, isRenewed }),
    isOwn: c.get("caller").kind === "user",
    idFor: (index, event) =>
      key === undefined ? crypto.randomUUID() : idFromIdempotencyKey(key, index, event),
  };
}

/** Who sends with one clock, as far as a request tells. */
function clientOf(c: RequestContext): string {
  const caller = c.get("caller");
  const who = caller.kind === "key"
    ? caller.key.id
    : caller.kind === "user"
    ? caller.authUserId
    : caller.kind;
  return `${who} ${clientAddress(c)} ${c.req.header("user-agent")?.slice(0, 200)}`;
}

/** Why an event is not taken because of who loaded the page, or null. A request with an Origin comes from a page. */
export function botRejection(c: RequestContext, userAgent?: string): Rejection | null {
  const ofPage = c.req.header("origin") === undefined ? undefined : c.req.header("user-agent");
  return isBot(userAgent ?? ofPage)
    ? new Rejection("bot", "", "the user agent is a known bot's")
    : null;
}
