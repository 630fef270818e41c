import { isRecord } from "../../_shared/intake/kinds.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { judgeEvent } from "../event.ts";
import { isAge, judgeAlias, judgeGroup, judgeIdentify } from "../native.ts";
import type { Candidate, Circumstances, Gender, Judged, PersonChange } from "../types.ts";

/** An object's member that is an object, or an empty one. */
export function recordIn(raw: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = raw[name];
  return isRecord(value) ? value : {};
}

/** Some libraries send numbers as ids; those with more digits than a number holds came as text. */
export function asId(given: unknown): unknown {
  return typeof given === "number" && Number.isSafeInteger(given) ? String(given) : given;
}

/** An object without some of its members. */
export function without(
  raw: Record<string, unknown>,
  names: ReadonlySet<string>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !names.has(name)));
}

/** Judges an event. */
export function judgedEvent(
  candidate: Candidate,
  index: number,
  circumstances: Circumstances,
): Judged {
  const judged = judgeEvent(candidate, index, circumstances);
  return judged instanceof Rejection ? judged : { event: judged };
}

/** What is said of a person, in our own words. */
export interface Said {
  user_id?: unknown;
  anonymous_id?: unknown;
  occurred_at?: unknown;
  traits?: Record<string, unknown>;
  traits_once?: Record<string, unknown>;
}

/** Judges who somebody is. Traits are free, so an age or gender that is none of ours is only a trait. */
export function judgedPerson(said: Said, circumstances: Circumstances): Judged {
  const traits = said.traits ?? {};
  const once = said.traits_once ?? {};
  const judged = judgeIdentify({
    user_id: said.user_id,
    anonymous_id: said.anonymous_id,
    occurred_at: said.occurred_at,
    ...(Object.keys(traits).length > 0 ? { traits } : {}),
    ...personal(traits),
  }, circumstances);
  if (judged instanceof Rejection || Object.keys(once).length === 0) return changed(judged);
  // The same limits hold for both.
  const other = judgeIdentify({ ...said, traits: once }, circumstances);
  return changed(other instanceof Rejection ? other : { ...judged, traits_once: once });
}

/** Judges that two ids are one person's. */
export function judgedAlias(
  userId: unknown,
  previousId: unknown,
  circumstances: Circumstances,
): Judged {
  const body = { user_id: asId(userId), previous_id: asId(previousId) };
  return changed(judgeAlias(body, circumstances.isOwn));
}

/** Judges that a person belongs to a group. */
export function judgedGroup(
  said: Said & { group_id: unknown },
  circumstances: Circumstances,
): Judged {
  return changed(judgeGroup({ ...said }, circumstances));
}

/** The age and gender among traits, in the words that we know. */
export function personal(traits: Record<string, unknown>): { age?: number; gender?: Gender } {
  const { age, gender } = traits;
  const known = typeof gender === "string" ? genderWords[gender.toLowerCase()] : undefined;
  return {
    ...(isAge(age) ? { age } : {}),
    ...(known === undefined ? {} : { gender: known }),
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

function changed(judged: PersonChange | Rejection): Judged {
  return judged instanceof Rejection ? judged : { change: judged };
}
