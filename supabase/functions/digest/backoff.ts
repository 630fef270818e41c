/** The first wait and the longest one, in seconds: eight attempts in the first eleven hours, then four a day. */
const first = 5 * 60;
const longest = 6 * 3600;
/** A provider may ask for more than our own longest wait, within reason. */
const longestAsked = 12 * 3600;

/** Seconds to wait after the `attempts`th failed attempt: 5 min, doubling, at most 6 h, and no less than what was asked for. */
export function retryDelay(attempts: number, retryAfter: number | null): number {
  const own = Math.min(first * 2 ** Math.max(0, attempts - 1), longest);
  return Math.max(own, Math.min(retryAfter ?? 0, longestAsked));
}
