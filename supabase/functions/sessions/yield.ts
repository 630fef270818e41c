/** What became of the pull requests that sessions went into, the outcome that matters most first. */
export const outcomes = [
  "caused_incident",
  "reverted",
  "deployed",
  "merged",
  "open",
  "abandoned",
] as const;

export interface StoredYield {
  sessions: number;
  cost_usd: number;
  uncosted_sessions: number;
  outcomes: { outcome: typeof outcomes[number]; sessions: number; cost_usd: number }[];
  merged_pull_requests: number;
  cost_of_merged: number | null;
  deployments: number;
  cost_of_deployed: number | null;
  scored: { sessions: number; cost_usd: number };
}

/**
 * Spend by outcome, every outcome listed, and what could not be linked exactly. A cost per thing is null where there is no such thing; a
 * share, in percent, where there is nothing to take it of.
 */
export function yieldOf(stored: StoredYield) {
  const byOutcome = outcomes.map((outcome) => {
    const { sessions = 0, cost_usd = 0 } = stored.outcomes.find((one) => one.outcome === outcome) ??
      {};
    return { outcome, sessions, cost_usd, share_of_cost: share(cost_usd, stored.cost_usd) };
  });
  const linked = byOutcome.reduce(
    (sum, one) => ({ sessions: sum.sessions + one.sessions, cost: sum.cost + one.cost_usd }),
    { sessions: 0, cost: 0 },
  );
  const unlinked = stored.sessions - linked.sessions;
  // Sums of decimals leave a last digit behind, which is no money.
  const unlinkedCost = Math.max(0, round(stored.cost_usd - linked.cost));
  return {
    outcomes: byOutcome,
    cost_per_merged_pull_request: per(stored.cost_of_merged, stored.merged_pull_requests),
    cost_per_deployment: per(stored.cost_of_deployed, stored.deployments),
    unlinked: {
      sessions: unlinked,
      cost_usd: unlinkedCost,
      share_of_sessions: share(unlinked, stored.sessions),
      share_of_cost: share(unlinkedCost, stored.cost_usd),
      scored: stored.scored,
    },
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null;
}

function per(cost: number | null, count: number): number | null {
  return count > 0 && cost !== null ? cost / count : null;
}

function round(usd: number): number {
  return Math.round(usd * 1e10) / 1e10;
}
