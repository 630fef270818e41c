import { kpisOf } from "../_shared/numbers/ai_kpis.ts";
import { compareDora, type DoraMetric } from "../_shared/numbers/dora.ts";
import { bandOf } from "../_shared/numbers/dora_bands.ts";
import { dailyRates } from "../_shared/numbers/daily_rates.ts";
import { knownCost } from "../_shared/numbers/formulas.ts";
import { compared, type Metric } from "../_shared/numbers/metric.ts";
import { isComplete, type Period, periodOf } from "../_shared/numbers/period.ts";
import {
  averagesOf,
  metricsOf,
  seriesKinds,
  type Total,
} from "../_shared/numbers/product_metrics.ts";
import { tileMetric } from "../_shared/numbers/tiles.ts";
import { findingsOf } from "./overview_findings.ts";
import type { Overview, OverviewTile, StoredOverview } from "./overview_schemas.ts";

type Series = StoredOverview["series"];
type Value = number | null;
type Bare = Omit<OverviewTile, "series" | "band" | "target" | "status">;

/** The bounds of DORA's bands that the first view is judged by. */
const reportYear = "2023";

/** The first view out of what the reads of the pillars say: their tiles, a trend, what shipped, and what is worth a sentence. */
export function overviewOf(stored: StoredOverview, now: Date): Overview {
  const period = periodOf(stored.period, now);
  const before = stored.previous_period && periodOf(stored.previous_period, now);
  const bands: Overview["bands"] = [
    { pillar: "marketing", tiles: marketing(stored, before) },
    { pillar: "product", tiles: product(stored, before) },
    { pillar: "delivery", tiles: delivery(stored, before) },
    { pillar: "ai", tiles: ai(stored, before, now) },
  ];
  return {
    period,
    comparison: before,
    bands,
    trend: trendOf(stored),
    shipped: stored.shipped,
    findings: findingsOf(
      bands.flatMap(({ pillar, tiles }) => tiles.map((tile) => ({ ...tile, pillar }))),
    ),
  };
}

function marketing({ tiles }: StoredOverview, before: Period | null): OverviewTile[] {
  return tiles.map((tile) =>
    tileOf(tileMetric(tile, before), tile.series.map(({ value }) => value))
  );
}

function product(stored: StoredOverview, before: Period | null): OverviewTile[] {
  const { active_users, active_users_before, series, series_before } = stored;
  const then = {
    users: active_users_before && usersOf(active_users_before),
    events: series_before && eventsOf(series_before),
  };
  const averages = averagesOf(active_users);
  const byDay = {
    average_dau: valuesOf(series, "product.dau"),
    average_stickiness: averages.days.map(({ stickiness }) => stickiness),
    events: valuesOf(series, "product.events"),
  };
  const tile = (metric: Metric, others: Metric[] | null, days: Value[] | null) =>
    tileOf(compared(metric, previousOf(metric.key, others, before)) as Bare, days);
  return [
    ...usersOf(active_users).map((metric) =>
      tile(
        metric,
        then.users,
        metric.key === "average_dau" ? byDay.average_dau : byDay.average_stickiness,
      )
    ),
    ...eventsOf(series).map((metric) => tile(metric, then.events, byDay.events)),
  ];
}

function usersOf(days: StoredOverview["active_users"]): Metric[] {
  const { average_dau, average_stickiness, n } = averagesOf(days);
  return metricsOf("analytics.active_users@1", [
    { key: "average_dau", value: average_dau, n },
    { key: "average_stickiness", value: average_stickiness, n },
  ]);
}

function eventsOf(series: Series): Metric[] {
  const known = (valuesOf(series, "product.events") ?? []).filter((value) => value !== null);
  const n = known.reduce((sum, value) => sum + value, 0);
  const total: Total = { key: "events", value: known.length === 0 ? null : n, n };
  return metricsOf("analytics.events@1", [total]);
}

/** The main metrics of DORA, and the daily series that shows each. */
const deliverySeries: Partial<Record<DoraMetric, string | null>> = {
  deployment_frequency: "delivery.deployments",
  lead_time: "delivery.lead_time_hours",
  change_failure_rate: "delivery.failed_deployments",
  recovery_time: null,
};

function delivery({ dora, series }: StoredOverview, before: Period | null): OverviewTile[] {
  const days = dora.numbers.deployments?.days ?? dora.period.days;
  return compareDora(dora.numbers, dora.previous).flatMap((metric) => {
    const name = deliverySeries[metric.key];
    if (name === undefined) return [];
    const { key, label, unit, direction, definition, value, n, null_reason, previous, change } =
      metric;
    const bare = {
      key,
      label,
      unit,
      direction,
      definition,
      value,
      n,
      null_reason,
      previous: previous && before && { value: previous.value, n: previous.n, period: before },
      change,
    };
    const { band } = bandOf(key, metric, reportYear, days);
    return [{ ...tileOf(bare, name === null ? null : valuesOf(series, name)), band }];
  });
}

/** The KPIs of the first view. */
const mainKpis = ["acceptance_rate", "error_rate", "token_efficiency"];

function ai({ ai, series }: StoredOverview, before: Period | null, now: Date): OverviewTile[] {
  const spend = compared(
    spendOf(ai.current),
    before && ai.previous && { ...spendOf(ai.previous), period: before },
  );
  const kpis = kpisOf(ai, now).filter(({ key }) => mainKpis.includes(key))
    .map(({ target, status, ...kpi }) => ({
      ...tileOf(kpi, rateByDay(series, `ai.${kpi.key}`)),
      target,
      status,
    }));
  return [tileOf(spend, valuesOf(series, "ai.cost_usd")), ...kpis];
}

function spendOf(counts: StoredOverview["ai"]["current"]) {
  const { sessions: n } = counts;
  const value = n === 0 ? null : knownCost.of(counts);
  return {
    key: "cost_usd",
    label: "AI spend",
    unit: "USD",
    direction: "neutral" as const,
    definition: knownCost.definition,
    value,
    n,
    null_reason: value !== null ? null : n === 0 ? "no_sessions" as const : "no_cost" as const,
  };
}

/** Active users by day: unknown, not 0, on the days before the first event. */
function trendOf(stored: StoredOverview): Overview["trend"] {
  const { period, today, active_users, active_users_before, series, series_before } = stored;
  const [kind] = seriesKinds("analytics.active_users@1", ["dau"]);
  if (!kind) throw new Error("there is no kind of dau");
  const now = valuesOf(series, "product.dau");
  const then = series_before && valuesOf(series_before, "product.dau");
  return {
    ...kind,
    points: active_users.map(({ date }, index) => ({
      date,
      value: now?.[index] ?? null,
      complete: isComplete({ start: date, end: date }, period, today),
    })),
    previous: active_users_before?.map(({ date }, index) => ({
      date,
      value: then?.[index] ?? null,
    })) ?? null,
  };
}

function tileOf(bare: Bare, series: Value[] | null): OverviewTile {
  return { ...bare, series, band: null, target: null, status: null };
}

function previousOf(key: string, metrics: Metric[] | null, period: Period | null) {
  const metric = metrics?.find((one) => one.key === key);
  return metric && period ? { value: metric.value, n: metric.n, period } : null;
}

function valuesOf(series: Series, name: string): Value[] | null {
  return series[name]?.map(({ value }) => value) ?? null;
}

function rateByDay(series: Series, name: string): Value[] | null {
  return series[name]?.map(({ sums }) =>
    sums === null ? null : dailyRates[name]?.of(sums) ?? null
  ) ?? null;
}
