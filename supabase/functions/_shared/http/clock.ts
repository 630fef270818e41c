/**
 * How long one call may work, in milliseconds. The hosted runtime takes a worker out of use at half of its 150 seconds, so a
 * request may have no more than 75 when it comes.
 */
export const callLimit = 60_000;

/** What work in the background or in slices knows of time; tests have their own. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** Aborted when the runtime is about to end this isolate: what was taken is handed back, and no more is taken. */
  readonly ending: AbortSignal;
}

export const systemClock: Clock = {
  now: Date.now,
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  ending: endingOf(globalThis),
};

/** Aborted when a worker says that it ends, as the hosted runtime's do by the event `beforeunload`. */
export function endingOf(worker: EventTarget): AbortSignal {
  const controller = new AbortController();
  worker.addEventListener("beforeunload", () => controller.abort(), { once: true });
  return controller.signal;
}
