import type { Destination } from "../_shared/intake/destination.ts";
import { type RejectedItem, rejectedItem, Rejection } from "../_shared/intake/rejection.ts";
import { tooManyNames, tooOld } from "./event.ts";
import { changePersons, countDrops, storeAll, storeOne } from "./store.ts";
import type { Judged, Settled, Unjoined } from "./types.ts";

/** What an answer says of the entries of a request. */
export interface Outcome {
  success: boolean;
  accepted: number;
  duplicates: number;
  rejected: RejectedItem[];
  /** Changes that were accepted, but for an id that joins nobody. */
  not_joined: RejectedItem[];
}

/** Stores what is good, counts what is not, and says what became of each; `timeField` is how the format names the time. */
export async function settle(
  to: Destination,
  judged: Judged[],
  timeField: string,
): Promise<Settled[]> {
  const events = judged.flatMap((one) => "event" in one ? [one.event] : []);
  const changes = judged.flatMap((one) => "change" in one ? [one.change] : []);
  const [only] = events;
  const stored =
    (only && judged.length === 1 ? [await storeOne(to, only)] : await storeAll(to, events))
      .values();
  const changed = (await changePersons(to, changes)).values();
  const settled = judged.map((one): Settled => {
    if (one instanceof Rejection) return one;
    const result = "event" in one ? stored.next().value : changed.next().value;
    if (result === "too_old") return tooOld(timeField);
    if (result === "too_many_names") return tooManyNames();
    return result ?? "accepted";
  });
  await countDrops(to, settled.filter((result) => result instanceof Rejection));
  return settled;
}

/** What became of all entries, counted. */
export function outcomeOf(settled: Settled[]): Outcome {
  return {
    success: true,
    accepted: settled.filter((result) => result === "accepted" || isUnjoined(result)).length,
    duplicates: settled.filter((result) => result === "duplicate").length,
    rejected: settled.flatMap((result, index) =>
      result instanceof Rejection ? [rejectedItem(index, result)] : []
    ),
    not_joined: settled.flatMap((result, index) =>
      isUnjoined(result) ? [rejectedItem(index, result.unjoined)] : []
    ),
  };
}

function isUnjoined(result: Settled): result is Unjoined {
  return typeof result === "object" && "unjoined" in result;
}
