import { inHalves } from "../_shared/halves.ts";

/** How a {@link GroupCommit} writes, and when it stops taking more. */
export interface GroupCommitOptions<Item, Result> {
  /** Writes items of one group in one transaction and answers the result of each, in order. */
  flush: (items: Item[]) => Promise<Result[]>;
  /** Whether an error may be the fault of one of the items, rather than of the database. */
  isOfData: (error: unknown) => boolean;
  /** The most items in one transaction. */
  maxBatch: number;
  /** The most items that may wait or be under way, of all groups together. */
  maxQueued: number;
}

/** Thrown for an item when too many wait already. Nothing of it was written. */
export class QueueFull extends Error {}

/**
 * Writes together what comes together: while a group's transaction runs, its next items gather and become the next one,
 * so that nobody waits for a timer. An item's promise settles when its transaction has.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  readonly #waiting = new Map<string, Entry<Item, Result>[]>();
  #queued = 0;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /**
   * Writes an item with the others of its group.
   * @throws QueueFull at once, or what its own transaction failed with.
   */
  submit(group: string, item: Item): Promise<Result> {
    if (this.#queued >= this.#options.maxQueued) return Promise.reject(new QueueFull());
    this.#queued++;
    return new Promise((resolve, reject) => {
      const entry = { item, resolve, reject };
      const waiting = this.#waiting.get(group);
      if (waiting) waiting.push(entry);
      else {
        this.#waiting.set(group, [entry]);
        // Never rejects: every error is an entry's.
        void this.#drain(group);
      }
    });
  }

  /** Runs while the group has items; there is one for each group in the map. */
  async #drain(group: string): Promise<void> {
    for (;;) {
      // What arrives in the same turn goes together.
      await Promise.resolve();
      const waiting = this.#waiting.get(group) ?? [];
      if (waiting.length === 0) break;
      const batch = waiting.splice(0, this.#options.maxBatch);
      const outcomes = await inHalves(
        batch.map(({ item }) => item),
        this.#options.flush,
        this.#options.isOfData,
      );
      this.#queued -= batch.length;
      for (const [index, { resolve, reject }] of batch.entries()) {
        const outcome = outcomes[index];
        if (outcome?.status === "fulfilled") resolve(outcome.value);
        else reject(outcome?.reason);
      }
    }
    this.#waiting.delete(group);
  }
}

interface Entry<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}
