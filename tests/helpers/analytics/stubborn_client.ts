import assert from "node:assert/strict";

/** What a client that retries has been told by the time it stops. */
export interface Told {
  /** Ids of the items that were acknowledged. */
  acknowledged: string[];
  /** How often a request was sent again because no good answer came. */
  retries: number;
}

/** A request that may be sent again: its items have ids. */
export interface Sending {
  path: string;
  contentType?: string;
  body: string;
  ids: string[];
}

/** Makes the next request; `sent` items have gone out before it. */
export type Maker = (sent: number) => Sending;

/** A client that sends requests, single events and small batches unless told otherwise, and each again until it is acknowledged. */
export class StubbornClient {
  readonly #told: Told = { acknowledged: [], retries: 0 };
  readonly #target: { url: string; key: string };
  readonly #next: Maker;
  #progress = Promise.withResolvers<void>();
  #awaited = Infinity;
  #sent = 0;

  /** The target may move: each try looks at its `url`. */
  constructor(target: { url: string; key: string }, next: Maker = nextEvents) {
    this.#target = target;
    this.#next = next;
  }

  /** Sends from eight places at once until so many items are acknowledged, or until it is to stop. */
  async send(items: number, stop?: AbortSignal): Promise<Told> {
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (this.#sent < items && !stop?.aborted) {
        const sending = this.#next(this.#sent);
        this.#sent += sending.ids.length;
        await this.#insist(sending);
      }
    }));
    return this.#told;
  }

  /** How many items are acknowledged by now. */
  get count(): number {
    return this.#told.acknowledged.length;
  }

  /** How often a request was sent again by now. */
  get retries(): number {
    return this.#told.retries;
  }

  /** Resolves when so many items are acknowledged. */
  async acknowledged(items: number): Promise<void> {
    this.#progress = Promise.withResolvers<void>();
    this.#awaited = items;
    this.#tell();
    await this.#progress.promise;
  }

  async #insist(sending: Sending): Promise<void> {
    while (!await this.#isAcknowledged(sending)) {
      this.#told.retries++;
      await new Promise((resolve) => setTimeout(resolve, 25)); // as any client does, so as not to add to the trouble
    }
    this.#told.acknowledged.push(...sending.ids);
    this.#tell();
  }

  async #isAcknowledged({ path, contentType, body, ids }: Sending): Promise<boolean> {
    let answer: Response;
    try {
      answer = await fetch(this.#target.url + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#target.key}`,
          "content-type": contentType ?? "application/json",
        },
        body,
        signal: AbortSignal.timeout(5000),
      });
      const text = await answer.text();
      if (answer.status >= 500) return false;
      assert.ok(answer.status === 200 || answer.status === 202, `${path}: ${text}`);
      const { accepted, duplicates } = JSON.parse(text);
      assert.strictEqual(accepted + duplicates, ids.length, `${path}: ${text}`);
      return true;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return false; // nobody listens, or the connection broke: whether it was stored is unknown
    }
  }

  #tell(): void {
    if (this.#told.acknowledged.length >= this.#awaited) this.#progress.resolve();
  }
}

/** Two of three requests carry one event, the third a batch of them. */
export function nextEvents(sent: number, size = 20): Sending {
  const batch = Array.from({ length: sent % 3 === 0 ? size : 1 }, (_, index) => ({
    event: `event ${index % 5}`,
    event_id: crypto.randomUUID(),
    user_id: `person ${(sent + index) % 40}`,
  }));
  const [only] = batch;
  const [path, body] = batch.length === 1 ? ["/track", only] : ["/track/batch", { batch }];
  return { path, body: JSON.stringify(body), ids: batch.map(({ event_id }) => event_id) };
}
