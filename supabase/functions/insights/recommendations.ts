import { changePct } from "../_shared/numbers/change.ts";
import type { AiCounts, AiMetrics } from "../_shared/numbers/ai_counts.ts";
import { type Kpi, type KpiKey, kpisOf } from "../_shared/numbers/ai_kpis.ts";
import type { Insights } from "./schemas.ts";
import { shown } from "./series.ts";

export type Recommendation = Insights["recommendations"][number];

interface Advice {
  key: KpiKey;
  minRows: number;
  text: string;
}

/** What to do about a KPI that misses its target, and how many rows it takes to say so. */
const advice: Advice[] = [
  {
    key: "acceptance_rate",
    minRows: 30,
    text: "Look at what is rejected, and give the model more of the code base to go by.",
  },
  {
    key: "model_selection_accuracy",
    minRows: 30,
    text:
      "Set the models of the policy as the default in those repositories, or change the policy.",
  },
  {
    key: "error_rate",
    minRows: 30,
    text: "Look for rate limits and time-outs in the failed calls, and retry or spread them.",
  },
  {
    key: "token_efficiency",
    minRows: 100,
    text: "Send less context for what is accepted: smaller tasks, cached prompts, fewer retries.",
  },
  {
    key: "pr_merge_time_hours",
    minRows: 5,
    text: "Make pull requests smaller, or agree on how soon one is reviewed.",
  },
  {
    key: "rework_rate",
    minRows: 5,
    text: "Review and test what goes in more closely: much of it is taken back.",
  },
];

/** A rise of spend by this much, in %, of at least so many dollars, is worth a look. */
const spendRise = { pct: 50, usd: 10 };

/** What the KPIs of the window call for, the worst first; each with the rule that fired and the number that fired it. */
export function recommendationsOf(stored: AiMetrics, now: Date): Recommendation[] {
  const { current, previous } = stored;
  const kpis = kpisOf(stored, now);
  const missed = advice.flatMap((one) =>
    missedTarget(one, kpis.find(({ key }) => key === one.key))
  );
  return [
    ...missed.filter(({ severity }) => severity === "critical"),
    ...missed.filter(({ severity }) => severity === "warning"),
    ...spendRose(current, previous),
    ...unpriced(current),
  ];
}

function missedTarget({ key, minRows, text }: Advice, kpi: Kpi | undefined): Recommendation[] {
  if (kpi === undefined || kpi.value === null || kpi.n < minRows) return [];
  const { value, target, unit, direction, status, n } = kpi;
  if (status !== "warning" && status !== "critical") return [];
  const comparison = direction === "higher_is_better" ? "<" : ">";
  return [{
    rule: `${key} ${comparison} ${target} ${unit}, n ≥ ${minRows}`,
    key,
    metric: key,
    value,
    unit,
    threshold: target,
    n,
    severity: status,
    text: `${shown(value)} ${unit}, where the target is ${target}. ${text}`,
  }];
}

function spendRose(current: AiCounts, previous: AiCounts | null): Recommendation[] {
  if (previous === null) return [];
  // Of costs that are not known nothing can be said.
  if (current.cost_usd === null || previous.cost_usd === null) return [];
  const { change_pct: pct } = changePct(current.cost_usd, previous.cost_usd);
  const rise = current.cost_usd - previous.cost_usd;
  if (pct === null || pct < spendRise.pct || rise < spendRise.usd) return [];
  return [{
    rule: `cost_usd up by ≥ ${spendRise.pct} % and ≥ ${spendRise.usd} USD`,
    key: "cost_usd",
    metric: "cost_usd",
    value: pct,
    unit: "%",
    threshold: spendRise.pct,
    n: current.sessions,
    severity: "warning",
    text: `Spend rose by ${shown(pct)} %, from ${shown(previous.cost_usd)} to ${
      shown(current.cost_usd)
    } USD. Set a budget for who spends most, so that it is noticed when it happens.`,
  }];
}

function unpriced({ sessions, uncosted_sessions }: AiCounts): Recommendation[] {
  if (uncosted_sessions === 0) return [];
  return [{
    rule: "uncosted_sessions > 0",
    key: "uncosted_sessions",
    metric: "uncosted_sessions",
    value: uncosted_sessions,
    unit: "sessions",
    threshold: 0,
    n: sessions,
    severity: "warning",
    text:
      `${uncosted_sessions} of ${sessions} sessions have no cost: add the prices of their models, or spend is understated.`,
  }];
}
