/** How long an answer takes at least that must not tell by its time what happened, in milliseconds; more than the work takes. */
const minDuration = 500;

/** Begins an answer that must not leave early; waiting for what it returns ends when the answer may leave. */
export function startDelay(): () => Promise<void> {
  const due = performance.now() + minDuration;
  return () => new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
}
