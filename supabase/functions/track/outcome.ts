import type { Destination } from "../_shared/intake/destination.ts";
import { type RejectedItem, rejectedItem, Rejection } from "../_shared/intake/rejection.ts";
import { type StorableEvent, tooOld } from "./event.ts";
import type { PersonChange } from "./native.ts";
import { changePersons, countDrops, storeAll, storeOne } from "./store.ts";

/** What one entry of a request turned out to be. */
export type Judged = { event: StorableEvent } | { change: PersonChange } | Rejection;

/** What became of the entries of a request. */
export interface Outcome {
  success: true;
  accepted: number;
  duplicates: number;
  rejected: RejectedItem[];
}

/** Stores what is good, counts what is not, and says which is which; `timeField` is how the format names the time. */
export async function settle(
  to: Destination,
  judged: Judged[],
  timeField: string,
): Promise<Outcome> {
  const events = judged.flatMap((one) => "event" in one ? [one.event] : []);
  const changes = judged.flatMap((one) => "change" in one ? [one.change] : []);
  const [only] = events;
  const stored =
    (only && judged.length === 1 ? [await storeOne(to, only)] : await storeAll(to, events))
      .values();
  const changed = (await changePersons(to, changes)).values();
  const results = judged.map((one) => {
    if (one instanceof Rejection) return one;
    const result = "event" in one ? stored.next().value : changed.next().value ?? "accepted";
    return result === "too_old" ? tooOld(timeField) : result;
  });
  const rejections = results.filter((result) => result instanceof Rejection);
  await countDrops(to, rejections);
  return {
    success: true,
    accepted: results.filter((result) => result === "accepted").length,
    duplicates: results.filter((result) => result === "duplicate").length,
    rejected: results.flatMap((result, index) =>
      result instanceof Rejection ? [rejectedItem(index, result)] : []
    ),
  };
}
