import { isbot } from "isbot";

/**
 * Whether a page was loaded by a known crawler. Only a browser's user agent tells: servers report what people did, and
 * their HTTP libraries look like bots.
 */
export function isBot(given: string | undefined): boolean {
  const userAgent = given?.slice(0, 512);
  if (userAgent === undefined || userAgent === "") return false;
  const known = verdicts.get(userAgent);
  if (known !== undefined) return known;
  if (verdicts.size >= maxVerdicts) verdicts.clear();
  const verdict = isbot(userAgent);
  verdicts.set(userAgent, verdict);
  return verdict;
}

/** The events of one request mostly have one user agent, and its pattern is long. */
const verdicts = new Map<string, boolean>();
const maxVerdicts = 1000;
