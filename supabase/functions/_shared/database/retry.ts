import { Problem } from "../http/problem.ts";
import { sqlstateOf } from "./database_error.ts";

/** How often a transaction is begun at most that others get in the way of. */
export const maxAttempts = 3;

/**
 * Writes items in one transaction; if that fails because of the data, each half in its own, and so on, so that a bad item
 * fails alone.
 */
export async function inHalves<Item, Result>(
  items: Item[],
  flush: (items: Item[]) => Promise<Result[]>,
  isOfData: (error: unknown) => boolean,
): Promise<PromiseSettledResult<Result>[]> {
  try {
    const results = await flush(items);
    if (results.length !== items.length) throw new Error("flush answered another number of items");
    return results.map((value) => ({ status: "fulfilled", value }));
  } catch (reason) {
    if (items.length === 1 || !isOfData(reason)) {
      return items.map(() => ({ status: "rejected", reason }));
    }
    const middle = Math.ceil(items.length / 2);
    return [
      ...await inHalves(items.slice(0, middle), flush, isOfData),
      ...await inHalves(items.slice(middle), flush, isOfData),
    ];
  }
}

/**
 * Calls until it succeeds, up to {@link maxAttempts} times, where it fails because of other transactions: PostgreSQL undoes
 * one of two that wait for each other (40P01) or cannot be put into an order (40001), and the other is through by then.
 * @throws what the last call threw, or at once what trying again does not mend.
 */
export async function withRetry<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await call();
    } catch (error) {
      const isOfOthers = ["40001", "40P01"].includes(sqlstateOf(error));
      if (attempt === maxAttempts || !isOfOthers) throw error;
    }
  }
}

/**
 * Whether the database refused what it was given, rather than being unable to answer: a value that a type cannot hold (class 22),
 * that a constraint forbids (23), or that is beyond a limit, as nesting is (54).
 */
export function isOfData(error: unknown): boolean {
  if (error instanceof Problem && error.code !== "validation_failed") return false;
  return ["22", "23", "54"].includes(sqlstateOf(error).slice(0, 2));
}
