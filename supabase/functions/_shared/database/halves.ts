import { Problem } from "../http/problem.ts";

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

/** PostgreSQL undoes one of two transactions that wait for each other; the other is through by now. */
export async function again<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 3 || !/^40(001|P01)$/.test(sqlstateOf(error))) throw error;
    }
  }
}

/** Whether the database refused what it was given, rather than being unable to answer. */
export function isOfData(error: unknown): boolean {
  if (error instanceof Problem && error.code !== "validation_failed") return false;
  return /^(22|23|54)/.test(sqlstateOf(error));
}

/** The SQLSTATE that _shared/database/db.ts keeps as the cause of an error; empty when the database did not answer. */
function sqlstateOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  return /^([0-9A-Z]{5}): /.exec(cause)?.[1] ?? "";
}
