import { changeIn, changeOf } from "../_shared/numbers/change.ts";
import { acceptanceRate, errorRate, knownCost } from "../_shared/numbers/formulas.ts";
import { toneOf } from "./findings.ts";
import { formatPercent, formatPoints } from "./format.ts";
import type { AiSection, AiWeek, StoredContent } from "./types.ts";

type Figure = AiSection["figures"][number];

/** Smaller changes, in % or points, and changes of fewer sessions are noise. */
const minChange = 5;
const minSessions = 10;

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const plain = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** What coding with models cost in a week and what was taken of it, against the week before, and what changed most. */
export function aiOf({ week, previous: before }: NonNullable<StoredContent["ai"]>): AiSection {
  const compared = measures.map((measure) => compare(measure, week, before));
  const isEnough = Math.max(week.sessions, before.sessions) >= minSessions;
  return {
    figures: compared.flatMap(({ key, ...rest }) => isShown(key) ? [{ key, ...rest }] : []),
    biggest_change: isEnough ? biggestChange(compared) : null,
    uncosted_sessions: week.uncosted_sessions,
  };
}

function compare({ value, n, whenNull, ...measure }: Measure, week: AiWeek, before: AiWeek) {
  const [now, previous] = [value(week), value(before)];
  return {
    ...measure,
    value: now,
    n: n(week),
    null_reason: now === null ? whenNull : null,
    previous,
    change: changeIn(measure.unit, now, previous),
    ...changeOf(measure.unit, now, previous),
  };
}

/** A value of this section for people; an en dash where it is unknown. */
export function formatAi(value: number | null, unit: string): string {
  if (value === null) return "–";
  if (unit === "USD") return dollars.format(value);
  return unit === "%" ? formatPercent(value) : plain.format(value);
}

const shown = ["cost_usd", "sessions", "acceptance_rate"] as const;

function isShown(key: string): key is Figure["key"] {
  return shown.some((one) => one === key);
}

interface Measure {
  key: string;
  label: string;
  unit: string;
  direction: Figure["direction"];
  definition: string;
  value: (week: AiWeek) => number | null;
  n: (week: AiWeek) => number;
  whenNull: NonNullable<Figure["null_reason"]>;
}

const n = ({ sessions }: AiWeek) => sessions;

const measures: Measure[] = [
  {
    key: "cost_usd",
    label: "AI spend",
    unit: "USD",
    direction: "neutral",
    definition: knownCost.definition,
    value: knownCost.of,
    n,
    whenNull: "no_cost",
  },
  {
    key: "sessions",
    label: "AI sessions",
    unit: "sessions",
    direction: "neutral",
    definition: "ai.sessions@1",
    value: n,
    n,
    whenNull: "no_sessions",
  },
  {
    key: "acceptance_rate",
    label: "Accepted",
    unit: "%",
    direction: "higher_is_better",
    definition: acceptanceRate.definition,
    value: acceptanceRate.of,
    n: ({ people_accepted, people_rejected }) => people_accepted + people_rejected,
    whenNull: "no_decisions",
  },
  {
    key: "tokens",
    label: "Tokens",
    unit: "tokens",
    direction: "neutral",
    definition: "ai.tokens@1",
    value: ({ tokens }) => tokens,
    n,
    whenNull: "no_sessions",
  },
  {
    key: "error_rate",
    label: "Sessions with errors",
    unit: "%",
    direction: "lower_is_better",
    definition: errorRate.definition,
    value: errorRate.of,
    n,
    whenNull: "no_sessions",
  },
];

type Compared = Omit<Figure, "key">;

function biggestChange(compared: Compared[]): string | null {
  const size = ({ change_pct, change_points }: Compared) =>
    Math.abs(change_pct ?? change_points ?? 0);
  const biggest = compared.toSorted((a, b) => size(b) - size(a))[0];
  if (biggest === undefined || size(biggest) < minChange) return null;
  const { label, unit, direction, value, previous, change_pct, change_points } = biggest;
  const change = change_pct ?? change_points ?? 0;
  const by = change_points === null ? formatPercent(change) : formatPoints(change_points);
  const judged = { good: ", for the better", bad: ", for the worse", neutral: "" };
  return `The biggest change: ${label} ${change > 0 ? "up" : "down"} ${by}, from ${
    formatAi(previous, unit)
  } to ${formatAi(value, unit)}${judged[toneOf(direction, change)]}.`;
}
