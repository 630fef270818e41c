import { type Formula, knownCost } from "../_shared/numbers/formulas.ts";
import { compared, type MetricKind, type Previous } from "../_shared/numbers/metric.ts";
import { periodOf } from "../_shared/numbers/period.ts";
import { percent, ratio } from "../_shared/numbers/ratio.ts";
import {
  outcomes,
  type StoredYield,
  type YieldBucket,
  type YieldCounts,
  type YieldMetric,
} from "./types.ts";

/**
 * Spend by outcome, every outcome listed, and what could not be linked exactly. A cost per thing is null where there is no such thing; a
 * share, in percent, where there is nothing to take it of.
 */
export function yieldOf(stored: YieldCounts) {
  const { outcomes, unlinked } = spread(stored);
  return {
    outcomes: outcomes.map((one) => ({
      ...one,
      share_of_cost: percent(one.cost_usd, stored.cost_usd),
    })),
    cost_per_merged_pull_request: costPerPullRequest.of(stored),
    cost_per_deployment: costPerDeployment.of(stored),
    unlinked: {
      ...unlinked,
      share_of_sessions: percent(unlinked.sessions, stored.sessions),
      share_of_cost: percent(unlinked.cost_usd, stored.cost_usd),
      scored: stored.scored,
    },
  };
}

/** The same by day, week or month; null where that was not asked for. */
export function yieldSeries(buckets: YieldBucket[] | null) {
  return buckets && buckets.map((bucket) => ({ ...bucket, ...spread(bucket) }));
}

/** Every outcome, and the rest: what the chain leads to no pull request. */
function spread(counts: Pick<YieldCounts, "sessions" | "cost_usd" | "outcomes">) {
  const byOutcome = outcomes.map((outcome) => {
    const { sessions = 0, cost_usd = 0 } = counts.outcomes.find((one) => one.outcome === outcome) ??
      {};
    return { outcome, sessions, cost_usd };
  });
  const linked = byOutcome.reduce(
    (sum, one) => ({ sessions: sum.sessions + one.sessions, cost: sum.cost + one.cost_usd }),
    { sessions: 0, cost: 0 },
  );
  const unlinked = {
    sessions: counts.sessions - linked.sessions,
    // Sums of decimals leave a last digit behind, which is no money.
    cost_usd: Math.max(0, round(counts.cost_usd - linked.cost)),
  };
  return { outcomes: byOutcome, unlinked };
}

/** What sessions cost, in all and by what came of them, beside the period that is compared with. */
export function yieldMetrics(stored: StoredYield, now: Date): YieldMetric[] {
  return kinds.map(({ formula, n, whenNull, ...kind }) => {
    const before: Previous | null = stored.previous && {
      value: formula.of(stored.previous),
      n: n(stored.previous),
      period: periodOf(stored.previous.period, now),
    };
    const value = formula.of(stored);
    return compared({
      ...kind,
      definition: formula.definition,
      value,
      n: n(stored),
      null_reason: value === null ? whenNull : null,
    }, before);
  });
}

const costPerPullRequest: Formula<YieldCounts> = {
  definition: "ai.cost_per_merged_pull_request@1",
  of: ({ cost_of_merged, merged_pull_requests }) => ratio(cost_of_merged, merged_pull_requests),
};

const costPerDeployment: Formula<YieldCounts> = {
  definition: "ai.cost_per_deployment@1",
  of: ({ cost_of_deployed, deployments }) => ratio(cost_of_deployed, deployments),
};

interface Kind extends Omit<MetricKind, "definition"> {
  formula: Formula<YieldCounts>;
  n: (counts: YieldCounts) => number;
  whenNull: NonNullable<YieldMetric["null_reason"]>;
}

const kinds: Kind[] = [
  {
    key: "cost_usd",
    label: "AI cost",
    unit: "USD",
    direction: "neutral",
    formula: knownCost,
    n: ({ sessions, uncosted_sessions }) => sessions - uncosted_sessions,
    whenNull: "no_cost",
  },
  {
    key: "cost_per_merged_pull_request",
    label: "AI cost per merged pull request",
    unit: "USD/PR",
    direction: "lower_is_better",
    formula: costPerPullRequest,
    n: ({ merged_pull_requests }) => merged_pull_requests,
    whenNull: "no_pull_requests",
  },
  {
    key: "cost_per_deployment",
    label: "AI cost per deployment",
    unit: "USD/deployment",
    direction: "lower_is_better",
    formula: costPerDeployment,
    n: ({ deployments }) => deployments,
    whenNull: "no_deployments",
  },
];

function round(usd: number): number {
  return Math.round(usd * 1e10) / 1e10;
}
