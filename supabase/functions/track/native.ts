import { isAbsent, isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { eventTime, noSentTime } from "./clock.ts";
import { invalidId, isId, judgeEvent, judgeObject, judgePerson, judgeSize } from "./event.ts";
import {
  type Candidate,
  type Circumstances,
  type Gender,
  genders,
  type PersonChange,
  type StorableEvent,
} from "./types.ts";
import { isPlaceholder } from "./placeholder.ts";

/** Judges an event of our own format, as it came in a body of JSON. */
export function judgeNative(
  raw: unknown,
  index: number,
  circumstances: Circumstances,
): StorableEvent | Rejection {
  if (!isRecord(raw)) return new Rejection("not_an_object", "", "is not an object");
  for (const field in raw) {
    if (!eventFields.has(field)) return new Rejection("unknown_field", field, "Unknown field");
  }
  const candidate: Candidate = {
    raw,
    name: raw["feature_name"] ?? raw["event"],
    eventId: raw["event_id"],
    time: raw["occurred_at"],
    userId: raw["user_id"],
    anonymousId: raw["anonymous_id"],
    properties: raw["properties"],
    fields: "feature_name" in raw || !("event" in raw)
      ? nativeFields
      : { ...nativeFields, name: "event" },
  };
  return judgeEvent(candidate, index, circumstances);
}

/** Judges what an identify call of our own format says. */
export function judgeIdentify(
  raw: Record<string, unknown>,
  circumstances: Pick<Circumstances, "isOwn" | "now" | "skew">,
): PersonChange | Rejection {
  const person = requirePerson(raw, circumstances.isOwn);
  if (person instanceof Rejection) return person;
  const faulty = judgeSize(raw, "traits");
  if (faulty !== null) return faulty;
  const traits = judgeObject(raw["traits"], "traits");
  if (traits instanceof Rejection) return traits;
  const { age, gender } = raw;
  if (age !== undefined && age !== null && !isAge(age)) {
    return new Rejection("invalid_age", "age", "is not a whole number from 0 to 150");
  }
  if (gender !== undefined && !isGender(gender)) {
    return new Rejection("invalid_gender", "gender", `is none of ${genders.join(", ")}`);
  }
  return {
    person,
    ...joinedIds(person, raw),
    ...(traits === undefined ? {} : { traits }),
    ...(age === undefined ? {} : { age }),
    ...(gender === undefined ? {} : { gender }),
    ...saidAt(raw, circumstances),
  };
}

/** Judges what an alias call of our own format says: two ids are one person's. */
export function judgeAlias(raw: Record<string, unknown>, isOwn: boolean): PersonChange | Rejection {
  const person = requirePerson(raw, isOwn);
  if (person instanceof Rejection) return person;
  const previous = raw["previous_id"];
  if (isPlaceholder(previous)) return placeholder("previous_id");
  return isId(previous) ? { person, previous } : invalidId("previous_id");
}

/** Judges what a group call of our own format says: a person belongs to something larger. */
export function judgeGroup(
  raw: Record<string, unknown>,
  circumstances: Pick<Circumstances, "isOwn" | "now" | "skew">,
): PersonChange | Rejection {
  const person = requirePerson(raw, circumstances.isOwn);
  if (person instanceof Rejection) return person;
  const faulty = judgeSize(raw, "traits");
  if (faulty !== null) return faulty;
  const traits = judgeObject(raw["traits"], "traits");
  if (traits instanceof Rejection) return traits;
  const groupId = raw["group_id"];
  if (!isId(groupId)) return invalidId("group_id");
  return {
    person,
    group_id: groupId,
    ...(traits === undefined ? {} : { group_traits: traits }),
    ...saidAt(raw, circumstances),
  };
}

/** When it was so. What is older than events are kept is as old as any: nothing that is known is older. */
function saidAt(
  raw: Record<string, unknown>,
  circumstances: Pick<Circumstances, "now" | "skew">,
): { at?: string } {
  if (isAbsent(raw["occurred_at"])) return {};
  const time = eventTime(raw["occurred_at"], circumstances);
  return { at: time === "too_old" ? noSentTime : time.at };
}

export function isAge(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 150;
}

const nativeFields = {
  name: "feature_name",
  eventId: "event_id",
  time: "occurred_at",
  userId: "user_id",
  anonymousId: "anonymous_id",
  properties: "properties",
};

const eventFields = new Set([...Object.values(nativeFields), "event"]);

/** The anonymous id that is the person's too, or why it is not. */
function joinedIds(
  person: string,
  { user_id, anonymous_id }: Record<string, unknown>,
): Pick<PersonChange, "other" | "unjoined"> {
  if (isPlaceholder(user_id) || isPlaceholder(anonymous_id)) return { unjoined: placeholder("") };
  if (!isId(anonymous_id) || person === `a:${anonymous_id}`) return {};
  // A device's id as a user's id would make everything on it theirs, whoever signs in there later.
  return person === `u:${anonymous_id}`
    ? {
      unjoined: new Rejection(
        "same_id",
        "",
        "the user id is the anonymous id, which tells nothing",
      ),
    }
    : { other: `a:${anonymous_id}` };
}

function placeholder(path: string): Rejection {
  return new Rejection("placeholder_id", path, "a placeholder that many send is nobody's id");
}

function requirePerson(raw: Record<string, unknown>, isOwn: boolean): string | Rejection {
  const given = { userId: raw["user_id"], anonymousId: raw["anonymous_id"], fields: nativeFields };
  if (!isAbsent(given.anonymousId) && !isId(given.anonymousId)) return invalidId("anonymous_id");
  const nobody = [given.userId, given.anonymousId].some(isPlaceholder)
    ? placeholder("user_id")
    : invalidId("user_id");
  return judgePerson(given, isOwn) ?? nobody;
}

function isGender(value: unknown): value is Gender {
  return genders.some((gender) => gender === value);
}
