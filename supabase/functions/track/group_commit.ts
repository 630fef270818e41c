import { inHalves } from "../_shared/halves.ts";

/** How a {@link GroupCommit} writes, and when it stops taking more. */
export interface GroupCommitOptions<Item, Result> {
  /** Writes items of one group in one transaction and answers the result of each, in order. */
  flush: (items: Item[]) => Promise<Result[]>;
  /** Whether an error may be the fault of one of the items, rather than of the database. */
  isOfData: (error: unknown) => boolean;
  /** Resolves after as long as a transaction may wait for company, a few milliseconds. */
  patience: () => Promise<void>;
  /** The most transactions of one group at a time. While one waits for the database, the callers of another are answered. */
  maxRunning: number;
  /** The most items in one transaction. */
  maxBatch: number;
  /** The most items that may wait or be under way, of all groups together. */
  maxQueued: number;
}

/** Thrown for an item when too many wait already. Nothing of it was written. */
export class QueueFull extends Error {}

/**
 * Writes together what comes together: while transactions run, a group's next items gather and become the next one. An item
 * that comes alone is written at once. Under load a transaction waits until it is half as large as the one before, or a
 * moment if none is under way: callers that are answered together call again together, and without that the first of them
 * would be written alone and all others wait for it. An item's promise settles when its transaction has.
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
      const group = this.#group(name);
      group.waiting.push({ item, resolve, reject });
      // What arrives in the same turn goes together.
      if (isEnough(group)) queueMicrotask(() => isEnough(group) && this.#begin(group));
    });
  }

  #group(name: string): Group<Item, Result> {
    const known = this.#groups.get(name);
    if (known) return known;
    const group = { name, waiting: [], running: 0, latest: 0, lingers: false };
    this.#groups.set(name, group);
    return group;
  }

  #begin(group: Group<Item, Result>): void {
    if (group.running >= this.#options.maxRunning) return;
    const batch = group.waiting.splice(0, this.#options.maxBatch);
    group.running++;
    group.latest = batch.length;
    // Never rejects: every error is an entry's.
    void this.#write(batch).then(() => {
      group.running--;
      if (isEnough(group)) this.#begin(group);
      else if (group.running === 0) this.#linger(group);
    });
  }

  async #write(batch: Entry<Item, Result>[]): Promise<void> {
    const items = batch.map(({ item }) => item);
    const outcomes = await inHalves(items, this.#options.flush, this.#options.isOfData);
    this.#queued -= batch.length;
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === "fulfilled") resolve(outcome.value);
      else reject(outcome?.reason);
    }
  }

  /** Begins with what is there when patience ends; a group that nobody came to is forgotten. */
  #linger(group: Group<Item, Result>): void {
    if (group.lingers) return;
    group.lingers = true;
    void this.#options.patience().then(() => {
      group.lingers = false;
      if (group.running > 0) return;
      if (group.waiting.length > 0) this.#begin(group);
      else this.#groups.delete(group.name);
    });
  }
}

interface Group<Item, Result> {
  name: string;
  waiting: Entry<Item, Result>[];
  /** Transactions under way. */
  running: number;
  /** How many items the transaction had that began last. */
  latest: number;
  /** Whether patience is about to end. */
  lingers: boolean;
}

interface Entry<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
}

function isEnough({ waiting, latest }: Group<unknown, never>): boolean {
  return waiting.length > 0 && waiting.length >= Math.floor(latest / 2);
}
