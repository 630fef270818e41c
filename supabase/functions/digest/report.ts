import { changePct } from "../_shared/numbers/change.ts";
import { addDays } from "../_shared/numbers/dates.ts";
import { doraDefinitions } from "../_shared/numbers/dora.ts";
import { acceptanceRate, errorRate } from "../_shared/numbers/formulas.ts";
import type { Period } from "../_shared/numbers/period.ts";
import { tileDefinition, tileMetric } from "../_shared/numbers/tiles.ts";
import { aiOf } from "./ai.ts";
import { deliveryOf, mainMetrics } from "./delivery.ts";
import { findingsOf } from "./findings.ts";
import { weekdayOf } from "./format.ts";
import type { Day, Report, StoredContent, Total } from "./types.ts";

type BestDay = NonNullable<Report["best_day"]>;

/** The digest of a week, judged and worded, from the numbers the tiles have for it. */
export function reportOf(content: StoredContent): Report {
  const totals: Total[] = content.report.tiles.map(({ series: _, ...tile }) => ({
    ...tile,
    ...changePct(tile.value, tile.previous),
  }));
  const period = weekOf(content.week_start, content.time_zone);
  const before = weekOf(addDays(content.week_start, -7), content.time_zone);
  const days = daysOf(content);
  const best = bestDay(days);
  return {
    organization: content.organization,
    period,
    metrics: content.report.tiles.map((tile) => tileMetric(tile, before)),
    totals,
    days,
    best_day: best,
    best_day_reason: best === null ? "no_conversions" : null,
    findings: findingsOf(totals, best),
    delivery: content.delivery && deliveryOf(content.delivery),
    ai: content.ai && aiOf(content.ai),
    definitions: [
      "digest.weekly@1",
      tileDefinition,
      ...(content.delivery ? mainMetrics.map((metric) => doraDefinitions[metric].definition) : []),
      ...(content.ai ? [acceptanceRate.definition, errorRate.definition] : []),
    ],
  };
}

/** The period of a digest: a week that is over, or there would be no digest of it. */
export function weekOf(start: string, time_zone: string): Period {
  return { start, end: addDays(start, 6), days: 7, time_zone, complete: true };
}

/**
 * The day with the most conversions, ties by sessions, then the earlier day; null when no day had a conversion, for then
 * none was better than another.
 */
export function bestDay(days: Day[]): BestDay | null {
  let best: BestDay | null = null;
  for (const { date, weekday, sessions, conversions } of days) {
    if (conversions === null || conversions <= 0) continue;
    if (
      best === null || conversions > best.conversions ||
      (conversions === best.conversions &&
        (sessions ?? -Infinity) > (best.sessions ?? -Infinity))
    ) {
      best = { date, weekday, conversions, sessions };
    }
  }
  return best;
}

function daysOf(content: StoredContent): Day[] {
  return Array.from({ length: 7 }, (_, index) => {
    const date = addDays(content.week_start, index);
    const valueOf = (key: string) =>
      content.report.tiles.find((tile) => tile.key === key)
        ?.series.find((point) => point.date === date)?.value ?? null;
    return {
      date,
      weekday: weekdayOf(date),
      sessions: valueOf("sessions"),
      conversions: valueOf("conversions"),
      ig_reach: valueOf("ig_reach"),
      engagement: valueOf("engagement"),
    };
  });
}
