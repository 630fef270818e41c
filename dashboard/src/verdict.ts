import { measure } from "./format.ts";

/** A word of judgement, and how it is meant. */
export interface Verdict {
  text: string;
  tone: "good" | "fair" | "poor" | "none";
}

export const bandTones = { elite: "good", high: "good", medium: "fair", low: "poor" } as const;
const statusTones = { good: "good", warning: "fair", critical: "poor", unknown: "none" } as const;

interface Judged {
  status: keyof typeof statusTones | null;
  target: number | null;
  unit: string;
  direction: "higher_is_better" | "lower_is_better" | "neutral";
}

/** How a KPI stands to its target; null where nothing is known or there is none. */
export function targetVerdict({ status, target, unit, direction }: Judged): Verdict | null {
  if (status === null || status === "unknown" || target === null) return null;
  const side = direction === "higher_is_better" ? "at least" : "at most";
  const said = status === "good" ? "on target" : "off target";
  return { text: `${said}: ${side} ${measure(target, unit)}`, tone: statusTones[status] };
}
