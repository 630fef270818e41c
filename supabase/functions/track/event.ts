import { isStorableJson } from "../_shared/database/storable.ts";
import { isAbsent, isRecord } from "../_shared/intake/kinds.ts";
import { Rejection } from "../_shared/intake/rejection.ts";
import { eventTime } from "./clock.ts";
import { eventKey } from "./identity.ts";
import { isPlaceholder } from "./placeholder.ts";
import type { Candidate, Circumstances, StorableEvent } from "./types.ts";

export const maxNameLength = 200;
export const maxIdLength = 256;
export const maxProperties = 100;
export const maxEventBytes = 32 * 1024;
const maxDepth = 16;

/** Checks one event by hand, because a schema costs more than the rest of the request together. */
export function judgeEvent(
  event: Candidate,
  index: number,
  circumstances: Circumstances,
): StorableEvent | Rejection {
  const { fields } = event;
  const name = judgeName(event.name, fields.name);
  if (typeof name !== "string") return name;
  const person = judgePerson(event, circumstances.isOwn);
  if (person instanceof Rejection) return person;
  const other = otherId(person, event.anonymousId);
  const properties = judgeObject(event.properties, fields.properties);
  if (properties instanceof Rejection) return properties;
  const faulty = judgeSize(event.raw, fields.properties);
  if (faulty !== null) return faulty;
  const given = event.eventId ?? undefined;
  if (given !== undefined && !isId(given)) return invalidId(fields.eventId);
  const time = eventTime(event.time, circumstances);
  if (time === "too_old") return tooOld(fields.time);
  return {
    key: eventKey(given ?? circumstances.idFor(index, event.raw)),
    sent: time.sent,
    at: time.at,
    name,
    ...(person === undefined ? {} : { person }),
    ...(other === undefined ? {} : { other }),
    ...(time.clamped ? { clamped: true } : {}),
    ...(properties === undefined ? {} : { properties }),
  };
}

/** Who an event or a change is of: `u:ID`, `a:ID`, `me` for the signed-in person, or nobody. */
export function judgePerson(
  given: Pick<Candidate, "userId" | "anonymousId" | "fields">,
  isOwn: boolean,
): string | undefined | Rejection {
  if (!isNobody(given.userId)) {
    return isId(given.userId) ? `u:${given.userId}` : invalidId(given.fields.userId);
  }
  if (!isNobody(given.anonymousId) && !isId(given.anonymousId)) {
    return invalidId(given.fields.anonymousId);
  }
  if (isOwn) return "me";
  return isNobody(given.anonymousId) ? undefined : `a:${given.anonymousId}`;
}

/** The anonymous id of somebody who has another, if it says anything: a device's id as a user's would make everything on it theirs. */
function otherId(person: string | undefined, anonymousId: unknown): string | undefined {
  if (person === undefined || isNobody(anonymousId) || !isId(anonymousId)) return undefined;
  return person.slice(2) === anonymousId ? undefined : `a:${anonymousId}`;
}

/** Whether an id is not there, or stands where one should. */
function isNobody(id: unknown): boolean {
  return isAbsent(id) || isPlaceholder(id);
}

/** An object of bounded breadth and depth, or undefined for none. */
export function judgeObject(
  given: unknown,
  path: string,
): Record<string, unknown> | undefined | Rejection {
  if (given === undefined || given === null) return undefined;
  if (!isRecord(given)) return new Rejection("invalid_properties", path, "is not an object");
  if (Object.keys(given).length > maxProperties) {
    return new Rejection("too_many_properties", path, `has more than ${maxProperties} properties`);
  }
  if (isDeeper(given, maxDepth)) {
    return new Rejection("too_deep", path, `is nested deeper than ${maxDepth}`);
  }
  return given;
}

/** Whether the whole fits, and holds no text that PostgreSQL cannot; `path` is where such text would be. */
export function judgeSize(raw: object, path: string): Rejection | null {
  let text: string;
  try {
    text = JSON.stringify(raw);
  } catch (cause) {
    if (cause instanceof RangeError) return new Rejection("too_deep", path, "is nested too deeply");
    throw cause;
  }
  // A UTF-16 unit is at most three bytes of UTF-8, so that few texts have to be encoded to be measured.
  const isLarge = text.length > maxEventBytes ||
    (text.length * 3 > maxEventBytes && new TextEncoder().encode(text).length > maxEventBytes);
  if (isLarge) return new Rejection("too_large", "", `is larger than ${maxEventBytes} bytes`);
  if (!isStorableJson(text)) {
    return new Rejection("invalid_text", path, "has characters that cannot be stored");
  }
  return null;
}

/** What an event gets that is older than its organization keeps events. */
export function tooOld(path: string): Rejection {
  return new Rejection("too_old", path, "is older than the organization keeps events");
}

/** What an event gets that has one more name than an organization may have. */
export function tooManyNames(): Rejection {
  return new Rejection(
    "too_many_names",
    "",
    "has a new name, and the organization has 2,000: what differs from event to event belongs in properties",
  );
}

export function invalidId(path: string): Rejection {
  return new Rejection("invalid_id", path, `is not a text of 1 to ${maxIdLength} characters`);
}

/** Whether a value can be the id of an event, a person or a group. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= maxIdLength &&
    !control.test(value);
}

// deno-lint-ignore no-control-regex -- refusing control characters is the point: PostgreSQL cannot store U+0000
const control = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

function judgeName(given: unknown, path: string): string | Rejection {
  if (typeof given !== "string") return new Rejection("name_missing", path, "is missing");
  const name = given.trim();
  if (name === "") return new Rejection("name_missing", path, "is empty");
  if (name.length > maxNameLength) {
    return new Rejection("name_too_long", path, `is longer than ${maxNameLength} characters`);
  }
  if (control.test(name)) return new Rejection("invalid_text", path, "has control characters");
  return name;
}

function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  for (const child of Object.values(value)) {
    if (typeof child === "object" && isDeeper(child, limit - 1)) return true;
  }
  return false;
}
