import { isAbsent, isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { judgeEvent } from "../event.ts";
import { judgeAlias, judgeGroup, judgeIdentify } from "../native.ts";
import type { Candidate, Circumstances, Judged, PersonChange } from "../types.ts";
import { asId, personal } from "./common.ts";

/** The last part of the paths that Segment's libraries post to, and the type of message each takes. */
export const segmentCalls = {
  b: "batch",
  batch: "batch",
  import: "batch",
  t: "track",
  track: "track",
  p: "page",
  page: "page",
  s: "screen",
  screen: "screen",
  i: "identify",
  identify: "identify",
  g: "group",
  group: "group",
  a: "alias",
  alias: "alias",
} as const;

/**
 * Judges a message of Segment's HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/).
 * Members it does not use are ignored, as Segment does; `type` is the path's for single calls.
 */
export function judgeSegment(
  raw: unknown,
  index: number,
  circumstances: Circumstances,
  type?: string,
): Judged {
  if (!isRecord(raw)) return new Rejection("not_an_object", "", "is not an object");
  switch (type ?? raw["type"]) {
    case "track":
      return event(raw, raw["event"], index, circumstances);
    case "page":
      return event(viewed(raw), "Loaded a Page", index, circumstances);
    case "screen":
      return event(viewed(raw), "Loaded a Screen", index, circumstances);
    case "identify":
      return change(judgeIdentify(identifyBody(raw), circumstances));
    case "group": {
      const group = { group_id: asId(raw["groupId"]), traits: raw["traits"] };
      return change(judgeGroup({ ...commonBody(raw), ...group }, circumstances));
    }
    case "alias":
      return change(
        judgeAlias({ ...idsOf(raw), previous_id: asId(raw["previousId"]) }, circumstances.isOwn),
      );
    default:
      return new Rejection("unknown_type", "type", `is none of ${messageTypes.join(", ")}`);
  }
}

/**
 * Whether a message comes from a library that says `sentAt` anew with each try: those of Segment, and RudderStack's for browsers. RudderStack's for Node
 * repeats that of the first.
 */
export function renewsSentAt(raw: unknown): boolean {
  const context = isRecord(raw) && isRecord(raw["context"]) ? raw["context"] : {};
  const library = isRecord(context["library"]) ? context["library"]["name"] : undefined;
  return typeof library === "string" && renewingLibraries.has(library);
}

const renewingLibraries = new Set([
  "analytics.js",
  "@segment/analytics-node",
  "RudderLabs JavaScript SDK",
]);

/** The user agent that a message says it is about: a server's own says nothing of the person. */
export function messageUserAgent(raw: unknown): string | undefined {
  const context = isRecord(raw) && isRecord(raw["context"]) ? raw["context"] : {};
  const userAgent = context["userAgent"];
  return typeof userAgent === "string" ? userAgent : undefined;
}

const messageTypes = [...new Set(Object.values(segmentCalls))].filter((type) => type !== "batch");

const segmentFields = {
  name: "event",
  eventId: "messageId",
  time: "timestamp",
  userId: "userId",
  anonymousId: "anonymousId",
  properties: "properties",
};

function event(
  raw: Record<string, unknown>,
  name: unknown,
  index: number,
  circumstances: Circumstances,
): Judged {
  const candidate: Candidate = {
    // The context can be large, is not kept, and so does not count.
    raw: { ...raw, context: undefined },
    name,
    eventId: asId(raw["messageId"]),
    time: timeOf(raw),
    userId: asId(raw["userId"]),
    anonymousId: asId(raw["anonymousId"]),
    properties: raw["properties"],
    fields: segmentFields,
  };
  const judged = judgeEvent(candidate, index, circumstances);
  return judged instanceof Rejection ? judged : { event: judged };
}

/**
 * A view with its name and category among its properties: as names of events they would be as many as there are pages, because many sites name a page
 * by its address.
 */
function viewed(raw: Record<string, unknown>): Record<string, unknown> {
  const named = Object.fromEntries(
    ["name", "category"].flatMap((field) => isAbsent(raw[field]) ? [] : [[field, raw[field]]]),
  );
  const properties = raw["properties"] ?? {};
  return isRecord(properties) ? { ...raw, properties: { ...named, ...properties } } : raw;
}

/** RudderStack's libraries call the time `originalTimestamp`, and `timestamp` one that their caller gave. */
function timeOf(raw: Record<string, unknown>): unknown {
  return raw["timestamp"] ?? raw["originalTimestamp"];
}

function change(judged: PersonChange | Rejection): Judged {
  if (!(judged instanceof Rejection)) return { change: judged };
  return new Rejection(judged.code, camelFields[judged.path] ?? judged.path, judged.reason);
}

const camelFields: Record<string, string> = {
  user_id: "userId",
  anonymous_id: "anonymousId",
  previous_id: "previousId",
  group_id: "groupId",
};

/** Traits are free, so an age or gender that is none of ours is only a trait. */
function identifyBody(raw: Record<string, unknown>): Record<string, unknown> {
  const traits = traitsOf(raw);
  return {
    ...commonBody(raw),
    traits: isRecord(raw["traits"]) || isAbsent(raw["traits"]) ? traits : raw["traits"],
    ...personal(traits),
  };
}

/** RudderStack's library for browsers keeps traits in the context, and only there. */
function traitsOf(raw: Record<string, unknown>): Record<string, unknown> {
  const context = isRecord(raw["context"]) ? raw["context"] : {};
  return {
    ...isRecord(context["traits"]) ? context["traits"] : {},
    ...isRecord(raw["traits"]) ? raw["traits"] : {},
  };
}

function commonBody(raw: Record<string, unknown>) {
  return { ...idsOf(raw), occurred_at: timeOf(raw) };
}

function idsOf(raw: Record<string, unknown>) {
  return { user_id: asId(raw["userId"]), anonymous_id: asId(raw["anonymousId"]) };
}
