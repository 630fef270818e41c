import { inHalves } from "../_shared/database/retry.ts";

/** How a {@link GroupCommit} writes, and when it stops taking more. */
export interface GroupCommitOptions<Item, Result> {
  /** Writes items of one group in one transaction and answers the result of each, in order. */
  flush: (items: Item[]) => Promise<Result[]>;
  /** Whether an error may be the fault of one of the items, rather than of the database. */
  isOfData: (error: unknown) => boolean;
  /** Resolves after as long as a transaction may wait for company, a few milliseconds. */
  patience: () => Promise<void>;
  /** Resolves in the next turn of the event loop, when what was begun has been sent. */
  turn: () => Promise<void>;
  /** The most items in one transaction. */
  maxBatch: number;
  /** The most items that may wait or be under way, of all groups together. */
  maxQueued: number;
}

/** Thrown for an item when too many wait already. Nothing of it was written. */
export class QueueFull extends Error {}

/**
 * Writes together what comes together: while a group's transaction runs, its next items gather and become the next one.
 * An item that comes alone is written at once. Under load a transaction waits a moment until it is half as large as the one
 * before: callers that are answered together call again together, and without that the first of them would be written
 * alone and all others wait for it. An item's promise settles when its transaction has, and the next one is on its way.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  readonly #groups = new Map<string, Group<Item, Result>>();
  #queued = 0;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /**
   * Writes an item with the others of its group.
   * @throws QueueFull at once, or what its own transaction failed with.
   */
  submit(name: string, item: Item): Promise<Result> {
    if (this.#queued >= this.#options.maxQueued) return Promise.reject(new QueueFull());
    this.#queued++;
    return new Promise((resolve, reject) => {
      const entry = { item, resolve, reject };
      const group = this.#groups.get(name);
      if (group) {
        group.waiting.push(entry);
        if (group.waiting.length >= group.wanted) group.enough();
      } else {
        const begun = { waiting: [entry], wanted: 0, enough: () => {} };
        this.#groups.set(name, begun);
        // Never rejects: every error is an entry's.
        void this.#drain(name, begun);
      }
    });
  }

  /** Runs while the group has items; there is one for each group in the map. */
  async #drain(name: string, group: Group<Item, Result>): Promise<void> {
    // What arrives in the same turn goes together.
    await Promise.resolve();
    let answer = () => {};
    while (group.waiting.length > 0) {
      const batch = group.waiting.splice(0, this.#options.maxBatch);
      const writing = inHalves(
        batch.map(({ item }) => item),
        this.#options.flush,
        this.#options.isOfData,
      );
      // Answering callers takes about as long as a transaction, so the next one is on its way first.
      await this.#options.turn();
      answer();
      const outcomes = await writing;
      answer = () => this.#answer(batch, outcomes);
      const wanted = Math.floor(batch.length / 2);
      if (group.waiting.length >= Math.max(wanted, 1)) continue;
      answer();
      answer = () => {};
      await this.#gather(group, wanted);
    }
    this.#groups.delete(name);
  }

  #answer(batch: Entry<Item, Result>[], outcomes: PromiseSettledResult<Result>[]): void {
    this.#queued -= batch.length;
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === "fulfilled") resolve(outcome.value);
      else reject(outcome?.reason);
    }
  }

  /** Resolves when the group has so many items, or patience ends. */
  async #gather(group: Group<Item, Result>, wanted: number): Promise<void> {
    await Promise.resolve();
    if (group.waiting.length >= wanted) return;
    group.wanted = wanted;
    await Promise.race([
      new Promise<void>((resolve) => group.enough = resolve),
      this.#options.patience(),
    ]);
    group.enough = () => {};
  }
}

interface Group<Item, Result> {
  waiting: Entry<Item, Result>[];
  /** How many have to wait for `enough` to be called. */
  wanted: number;
  enough: () => void;
}

interface Entry<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}
