import { percent } from "../_shared/numbers/ratio.ts";
import { formatNumber, formatPercent, formatPoints } from "./format.ts";
import type { Finding, Report, Total } from "./types.ts";

type Tone = Finding["tone"];

/** Smaller changes, and changes of smaller numbers, are noise and not worth a sentence. */
const minChange = 5;
const minVolume = 10;
/** A conversion rate of fewer sessions than this says nothing. */
const minSessions = 30;

/**
 * At most five findings in plain words, the most important first: sources that went quiet, totals that moved (the larger
 * move first), metrics that are new, how the conversion rate did, and a day that stood out. Never none: a steady week and a
 * week without numbers are findings too.
 */
export function findingsOf(totals: Total[], best: Report["best_day"]): Finding[] {
  const moved = totals.filter(isWorthTelling)
    .sort((a, b) => Math.abs(b.change_pct ?? 0) - Math.abs(a.change_pct ?? 0));
  const found = [
    ...totals.filter(wentQuiet).map(quiet),
    ...moved.map(change),
    ...totals.filter((total) => total.change_reason === "new").map(isNew),
    ...conversionRate(totals),
    ...standoutDay(totals, best),
  ];
  if (totals.every((total) => total.value === null) && found.length === 0) return [nothing()];
  if (moved.length === 0 && totals.some((total) => total.change_pct !== null)) {
    found.push(steady());
  }
  return found.slice(0, 5);
}

/** Whether a change is good, bad or neither, by the metric's direction. */
export function toneOf(direction: Total["direction"], difference: number): Tone {
  if (difference === 0 || direction === "neutral") return "neutral";
  return (difference > 0) === (direction === "higher_is_better") ? "good" : "bad";
}

function isWorthTelling({ change_pct, value, previous }: Total): boolean {
  return change_pct !== null && Math.abs(change_pct) >= minChange &&
    Math.max(Math.abs(value ?? 0), Math.abs(previous ?? 0)) >= minVolume;
}

function wentQuiet(total: Total): boolean {
  return total.value === null && total.previous_n > 0;
}

function quiet(total: Total): Finding {
  const before = total.previous_n === 1 ? "1 number" : `${formatNumber(total.previous_n)} numbers`;
  return {
    kind: "quiet",
    metric: total.key,
    tone: "bad",
    value: total.previous_n,
    unit: "rows",
    text: `${total.label} went quiet: nothing arrived this week, after ${before} the week before.`,
  };
}

function change(total: Total): Finding {
  const pct = total.change_pct ?? 0;
  const tone = toneOf(total.direction, pct);
  return {
    kind: "change",
    metric: total.key,
    tone,
    value: pct,
    unit: "%",
    text: `${total.label} ${verb(total.direction, pct)} ${formatPercent(pct)}, from ${
      formatNumber(total.previous)
    } to ${formatNumber(total.value)}.`,
  };
}

function verb(direction: Total["direction"], pct: number): string {
  if (direction === "lower_is_better") {
    return pct < 0 ? "improved: it fell" : "got worse: it rose";
  }
  if (direction === "neutral") return pct > 0 ? "rose" : "fell";
  return pct > 0 ? "grew" : "dropped";
}

function isNew(total: Total): Finding {
  return {
    kind: "new",
    metric: total.key,
    tone: toneOf(total.direction, total.value ?? 0),
    value: total.value ?? 0,
    unit: total.unit,
    text: `${total.label} came to ${formatNumber(total.value)}, after 0 the week before.`,
  };
}

function conversionRate(totals: Total[]): Finding[] {
  const sessions = totals.find((total) => total.key === "sessions");
  const conversions = totals.find((total) => total.key === "conversions");
  const now = rate(conversions?.value ?? null, sessions?.value ?? null);
  if (now === null) return [];
  const before = rate(conversions?.previous ?? null, sessions?.previous ?? null);
  const points = before === null ? null : now - before;
  // What would read "up 0 points" has not moved.
  const hasMoved = points !== null && Math.abs(points) >= 0.05;
  return [{
    kind: "conversion_rate",
    metric: "conversions",
    tone: hasMoved ? toneOf("higher_is_better", points) : "neutral",
    value: now,
    unit: "%",
    text: `${formatPercent(now)} of sessions converted` +
      (hasMoved
        ? `, ${points > 0 ? "up" : "down"} ${formatPoints(points)} on the week before.`
        : points === null
        ? "."
        : ", as in the week before."),
  }];
}

function rate(conversions: number | null, sessions: number | null): number | null {
  if (conversions === null || conversions < 0) return null;
  if (sessions === null || sessions < minSessions) return null;
  return percent(conversions, sessions);
}

function standoutDay(totals: Total[], best: Report["best_day"]): Finding[] {
  const total = totals.find(({ key }) => key === "conversions");
  if (!best || !total || total.value === null || total.value < minVolume) return [];
  const share = percent(best.conversions, total.value);
  if (share === null || share < 25 || share > 100) return [];
  return [{
    kind: "standout_day",
    metric: "conversions",
    tone: "neutral",
    value: share,
    unit: "%",
    text: `${best.weekday} alone brought ${
      formatPercent(share)
    } of the week's ${total.label.toLowerCase()} (${formatNumber(best.conversions)} of ${
      formatNumber(total.value)
    }).`,
  }];
}

function steady(): Finding {
  return {
    kind: "steady",
    metric: null,
    tone: "neutral",
    value: minChange,
    unit: "%",
    text: `A steady week: no total moved by ${minChange}% or more.`,
  };
}

function nothing(): Finding {
  return {
    kind: "no_data",
    metric: null,
    tone: "bad",
    value: 0,
    unit: "rows",
    text: "No numbers arrived this week: 0 rows in 7 days. Is a source disconnected?",
  };
}
