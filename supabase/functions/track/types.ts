import type { Rejection } from "../_shared/intake/rejection.ts";

/** An event as `track_events()` takes it, but for its index. */
export interface StorableEvent {
  key: string;
  sent: string;
  at: string;
  name: string;
  person?: string;
  /** Another id of the same person, `a:ID`. */
  other?: string;
  clamped?: true;
  properties?: Record<string, unknown>;
}

/** What any format says of an event; nothing of it is believed yet. `fields` are the names the format gives them. */
export interface Candidate {
  raw: object;
  name: unknown;
  eventId: unknown;
  time: unknown;
  userId: unknown;
  anonymousId: unknown;
  properties: unknown;
  fields: Record<"name" | "eventId" | "time" | "userId" | "anonymousId" | "properties", string>;
}

/** What a request says of all its events. */
export interface Circumstances {
  /** When it arrived, in milliseconds. */
  now: number;
  /** Milliseconds by which the client's clock is behind. */
  skew: number;
  /** Whether an event without a user is the signed-in person's own. */
  isOwn: boolean;
  /** The id of an event that brings none. */
  idFor: (index: number, raw: object) => string;
}

/** Something a request says of a person, as `identify_persons()` takes it, but for its index. */
export interface PersonChange {
  person: string;
  /** Another id of the same person, `a:ID`. */
  other?: string;
  /** Another id of the same person, whichever kind it is, said outright to be theirs. */
  previous?: string;
  traits?: Record<string, unknown>;
  /** Traits that hold only where none of their name is known. */
  traits_once?: Record<string, unknown>;
  age?: number | null;
  gender?: Gender;
  group_id?: string;
  group_traits?: Record<string, unknown>;
  /** When it was so: what was said of a later time holds. Without it, on arrival. */
  at?: string;
  /** Why an id that it names joins nobody; the rest of it holds. */
  unjoined?: Rejection;
}

export const genders = ["Male", "Female", "Other", "unknown"] as const;
export type Gender = typeof genders[number];

/** What one entry of a request turned out to be. */
export type Judged = { event: StorableEvent } | { change: PersonChange } | Rejection;

/** A change that was made, but for joining an id. */
export interface Unjoined {
  unjoined: Rejection;
}

/** What became of an entry. */
export type Settled = "accepted" | "duplicate" | Unjoined | Rejection;

/** What a format of others makes of an item: an event, changes of a person, or both. */
export type JudgeItem = (raw: unknown, index: number, circumstances: Circumstances) => Judged[];

/** What a request of another product's client carries, out of whatever it was packed in. */
export interface Decoded {
  /** Its items, one by one. */
  items: unknown[];
  /** What was said of all of them, or the only item. */
  whole: Record<string, unknown>;
}
