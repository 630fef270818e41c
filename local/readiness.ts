/** How often a check that found nobody is tried again: right after the start everything is slow once. */
const ATTEMPTS = 5;

/** What the first minutes of pg_cron tell. */
const cronsOwn = ["cron", "scheduled_calls"];

interface Check {
  status: string;
  reason?: string;
}

/**
 * Why the functions cannot do their work, as `/health/readiness` tells it; nothing where they can, or where the project has no such
 * function. That pg_cron has not run yet is no reason: it begins with the next minute.
 */
export async function reasonsNotReady(url: string): Promise<string[]> {
  for (let attempt = 1;; attempt++) {
    const response = await fetch(`${url}/functions/v1/health/readiness`);
    if (![200, 503].includes(response.status)) {
      await response.body?.cancel();
      return [];
    }
    const { checks = {} }: { checks?: Record<string, Check> } = await response.json();
    const failed = Object.entries(checks)
      .filter(([name, { status }]) => !cronsOwn.includes(name) && status !== "ok");
    const isLasting = failed.some(([name]) => name === "configuration");
    if (failed.length === 0 || isLasting || attempt === ATTEMPTS) {
      return failed.map(([name, { reason }]) => `${name}: ${reason}`);
    }
  }
}
