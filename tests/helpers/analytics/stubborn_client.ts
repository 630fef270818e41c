import assert from "node:assert/strict";

/** What a client that retries has been told by the time it stops. */
export interface Told {
  /** Ids of the events that were acknowledged. */
  acknowledged: string[];
  /** How often a request was sent again because no good answer came. */
  retries: number;
}

/** A client that sends single events and small batches, and each again with the same ids until it is acknowledged. */
export class StubbornClient {
  readonly #told: Told = { acknowledged: [], retries: 0 };
  readonly #target: { url: string; key: string };
  #progress = Promise.withResolvers<void>();
  #awaited = Infinity;
  #sent = 0;

  /** The target may move: each try looks at its `url`. */
  constructor(target: { url: string; key: string }) {
    this.#target = target;
  }

  /** Sends from eight places at once until so many events are acknowledged. */
  async send(events: number): Promise<Told> {
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (this.#sent < events) {
        // Two of three requests carry one event.
        const size = this.#sent % 3 === 0 ? 20 : 1;
        this.#sent += size;
        await this.#insist(size);
      }
    }));
    return this.#told;
  }

  /** Resolves when so many events are acknowledged. */
  async acknowledged(events: number): Promise<void> {
    this.#awaited = events;
    this.#tell();
    await this.#progress.promise;
  }

  async #insist(size: number): Promise<void> {
    const batch = Array.from({ length: size }, (_, index) => ({
      event: `event ${index % 5}`,
      event_id: crypto.randomUUID(),
      user_id: `person ${(this.#sent + index) % 40}`,
    }));
    const [only] = batch;
    const [path, body] = size === 1 ? ["/track", only] : ["/track/batch", { batch }];
    while (!await this.#isAcknowledged(path, JSON.stringify(body), size)) {
      this.#told.retries++;
      await new Promise((resolve) => setTimeout(resolve, 25)); // as any client does, so as not to add to the trouble
    }
    this.#told.acknowledged.push(...batch.map((event) => event.event_id));
    this.#tell();
  }

  async #isAcknowledged(path: string, body: string, size: number): Promise<boolean> {
    let answer: Response;
    try {
      answer = await fetch(this.#target.url + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#target.key}`,
          "content-type": "application/json",
        },
        body,
        signal: AbortSignal.timeout(5000),
      });
      const text = await answer.text();
      if (answer.status >= 500) return false;
      assert.strictEqual(answer.status, 202, text);
      const { accepted, duplicates } = JSON.parse(text);
      assert.strictEqual(accepted + duplicates, size, text);
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
