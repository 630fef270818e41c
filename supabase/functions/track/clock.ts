import { parseTime } from "../_shared/intake/time.ts";

/** When an event happened. `sent` is the client's own time and part of the event's identity, `at` the one that counts. */
export interface EventTime {
  sent: string;
  at: string;
  clamped: boolean;
}

/** The sent time of an event without one: its id alone identifies it then. */
export const noSentTime = "1970-01-01T00:00:00.000Z";

const maxAhead = 24 * 3_600_000;
const oldestRetention = 3660 * 24 * 3_600_000;

/** Network delay and a wrong clock cannot be told apart below this, in milliseconds. */
const leastSkew = 60_000;

/**
 * How far the client's clock is behind ours, in milliseconds, from the time it says it sends at; 0 when it does not say
 * so or the difference could be the way here.
 */
export function clockSkew(sentAt: unknown, now: number): number {
  const time = parseTime(sentAt);
  if (time === null || time < 0) return 0;
  return Math.abs(now - time) < leastSkew ? 0 : now - time;
}

/** The time of an event that came with none (`undefined`) or with this one. A string says what is wrong with it. */
export function eventTime(
  given: unknown,
  { now, skew }: { now: number; skew: number },
): EventTime | "invalid_time" | "too_old" {
  const nowText = new Date(now).toISOString();
  if (given === undefined || given === null) {
    return { sent: noSentTime, at: nowText, clamped: false };
  }
  const sent = parseTime(given);
  if (sent === null || sent < 0) return "invalid_time";
  const at = sent + skew;
  if (at < now - oldestRetention) return "too_old";
  const clamped = at > now + maxAhead;
  return {
    sent: new Date(sent).toISOString(),
    at: clamped ? nowText : new Date(at).toISOString(),
    clamped,
  };
}
