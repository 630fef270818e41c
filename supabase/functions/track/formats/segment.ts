import { isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { judgeEvent } from "../event.ts";
import { isAge, judgeAlias, judgeGroup, judgeIdentify } from "../native.ts";
import type { Candidate, Circumstances, Gender, Judged, PersonChange } from "../types.ts";

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
  const isOwn = circumstances.isOwn;
  switch (type ?? raw["type"]) {
    case "track":
      return event(raw, raw["event"], index, circumstances);
    case "page":
      return event(raw, viewedName(raw, "Page"), index, circumstances);
    case "screen":
      return event(raw, viewedName(raw, "Screen"), index, circumstances);
    case "identify":
      return change(judgeIdentify(identifyBody(raw), isOwn));
    case "group":
      return change(
        judgeGroup({ ...idsOf(raw), group_id: raw["groupId"], traits: raw["traits"] }, isOwn),
      );
    case "alias":
      return change(judgeAlias({ ...idsOf(raw), previous_id: raw["previousId"] }, isOwn));
    default:
      return new Rejection("unknown_type", "type", `is none of ${messageTypes.join(", ")}`);
  }
}

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
    eventId: raw["messageId"],
    time: raw["timestamp"],
    userId: asId(raw["userId"]),
    anonymousId: asId(raw["anonymousId"]),
    properties: raw["properties"],
    fields: segmentFields,
  };
  const judged = judgeEvent(candidate, index, circumstances);
  return judged instanceof Rejection ? judged : { event: judged };
}

/** Named as Segment itself names pages where a destination only knows events. */
function viewedName(raw: Record<string, unknown>, what: "Page" | "Screen"): string {
  const parts = [raw["category"], raw["name"]].filter((part) => typeof part === "string" && part);
  return parts.length === 0 ? `Loaded a ${what}` : `Viewed ${parts.join(" ")} ${what}`;
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
  const traits = isRecord(raw["traits"]) ? raw["traits"] : {};
  const age = traits["age"];
  const gender = typeof traits["gender"] === "string"
    ? genderWords[traits["gender"].toLowerCase()]
    : undefined;
  return {
    ...idsOf(raw),
    traits: raw["traits"],
    ...(isAge(age) ? { age } : {}),
    ...(gender === undefined ? {} : { gender }),
  };
}

const genderWords: Record<string, Gender> = {
  male: "Male",
  m: "Male",
  man: "Male",
  female: "Female",
  f: "Female",
  woman: "Female",
  other: "Other",
  diverse: "Other",
  "non-binary": "Other",
  nonbinary: "Other",
};

function idsOf(raw: Record<string, unknown>) {
  return { user_id: asId(raw["userId"]), anonymous_id: asId(raw["anonymousId"]) };
}

/** Some libraries send numbers. */
function asId(given: unknown): unknown {
  return typeof given === "number" ? String(given) : given;
}
