import { readTime } from "./time.ts";

/** When an event happened. `sent` is the client's own time and part of the event's identity, `at` the one that counts. */
export interface EventTime {
  sent: string;
  at: string;
  /** Whether the time of arrival stands in for one that lies ahead or cannot be read. */
  clamped: boolean;
}

/** The sent time of an event without one: its id alone identifies it then. */
export const noSentTime = "1970-01-01T00:00:00.000Z";

const maxAhead = 24 * 3_600_000;
const oldestRetention = 3660 * 24 * 3_600_000;
/** What the database can hold. */
const endOfTime = Date.UTC(2101, 0);

/** Network delay and a wrong clock cannot be told apart below this, in milliseconds. */
const leastSkew = 60_000;

/** Two requests of one clock tell offsets that differ by no more than the way here, in milliseconds. */
const sameSkew = 5000;

/** What a request tells of the clock it was made by. */
export interface Telling {
  /** The client's time when it made the request, as it came. */
  sentAt: unknown;
  /** When it arrived, in milliseconds. */
  now: number;
  /** Who sent it, as far as that can be told. */
  client: () => string;
  /** The header `X-Retry-Count`. */
  retryCount: string | undefined;
  /** Whether the library that made it is known to say the time anew with each try. */
  isRenewed: boolean;
}

/**
 * How far clients' clocks are behind ours, from the time that their requests say they were made at. Many clients say the time of their first try with every
 * further one: then a clock that is behind and a request that is late look the same, and to correct by the delay would turn the order of events round. So an
 * offset counts where the request tells that it is a first try, and where an earlier request of the same client told the same. A clock that is ahead is no delay.
 */
export class ClockOffsets {
  readonly #known = new Map<string, { offset: number; isSure: boolean }>();

  /** Milliseconds to add to the times of a request's events: 0 when it does not say, or cannot know better. */
  of({ sentAt, now, client, retryCount, isRenewed }: Telling): number {
    const time = readTime(sentAt);
    if (time === null || time < 0) return 0;
    const offset = now - time;
    const isRight = Math.abs(offset) < leastSkew;
    if (isRight && this.#known.size === 0) return 0;
    const name = client();
    if (isRight) {
      this.#known.delete(name);
      return 0;
    }
    const known = this.#known.get(name);
    if (isRenewed || retryCount === "0") return this.#remember(name, offset, true);
    // What is later than known is a request that was under way for longer.
    if (known?.isSure && offset > known.offset - sameSkew) return known.offset;
    if (offset < 0) return this.#remember(name, offset, true);
    if (retryCount !== undefined) return 0;
    const isTold = known !== undefined && Math.abs(known.offset - offset) <= sameSkew;
    if (isTold) return this.#remember(name, known.offset, true);
    if (known === undefined || offset < known.offset) this.#remember(name, offset, false);
    return 0;
  }

  #remember(name: string, offset: number, isSure: boolean): number {
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(name, { offset, isSure });
    return offset;
  }
}

const maxKnown = 10_000;

/** The time of an event that came with none (`undefined`) or with this one; a time that cannot be read is the time of arrival. */
export function eventTime(
  given: unknown,
  { now, skew }: { now: number; skew: number },
): EventTime | "too_old" {
  const nowText = new Date(now).toISOString();
  if (given === undefined || given === null) {
    return { sent: noSentTime, at: nowText, clamped: false };
  }
  const sent = readTime(given);
  if (sent === null || sent < 0 || sent >= endOfTime) {
    return { sent: noSentTime, at: nowText, clamped: true };
  }
  const at = sent + skew;
  if (at < now - oldestRetention) return "too_old";
  const clamped = at > now + maxAhead;
  return {
    sent: new Date(sent).toISOString(),
    at: clamped ? nowText : new Date(at).toISOString(),
    clamped,
  };
}
