import type { DoraMetric, DoraValue } from "./dora.ts";

export const reportYears = ["2021", "2023", "2024", "2025"] as const;
export type ReportYear = typeof reportYears[number];
export const bands = ["elite", "high", "medium", "low"] as const;
export type Band = typeof bands[number];

/** Why a number is in no band. */
export const bandReasons = [
  "no_data",
  "no_tiers",
  "unordered_tiers",
  "not_in_report",
  "no_complete_week",
  "window_too_short",
] as const;
export type BandReason = typeof bandReasons[number];

/** Whose bounds a band has: the report's, or, where the report gives several bands one range, the split of Apache DevLake. */
export const bandSources = ["report", "devlake"] as const;
export type BandSource = typeof bandSources[number];

export interface Banded {
  band: Band | null;
  band_source: BandSource | null;
  band_reason: BandReason | null;
}

const hour = 3600;
const day = 24 * hour;
const week = 7 * day;
const month = 30 * day;

/** The upper bounds of elite, high and medium; above is low. Durations must lie below a bound, rates may reach it. */
type Bounds = [elite: number, high: number, medium: number];

interface Report {
  lead_time: Bounds;
  change_failure_rate: Bounds;
  recovery_time?: Bounds;
  incident_duration?: Bounds;
  /** In which median span there is a day with a deployment, if not in the week, which is high; elite is five days of the week. */
  frequency: { month: Band; half_year: Band };
}

// The report of 2021 gives a change failure rate of 16–30 % to high, medium and low alike; 20 and 30 are DevLake's.
const reports: Partial<Record<ReportYear, Report>> = {
  2021: {
    lead_time: [hour, week, 6 * month],
    change_failure_rate: [15, 20, 30],
    incident_duration: [hour, day, week],
    frequency: { month: "high", half_year: "medium" },
  },
  2023: {
    lead_time: [day, week, month],
    change_failure_rate: [5, 10, 15],
    recovery_time: [hour, day, week],
    frequency: { month: "medium", half_year: "low" },
  },
};

/**
 * The performance band of a metric by a year's State of DevOps report; `days` is how long the window was. No data has no band.
 * 2024's clusters are not ordered (its medium fails less often than its high), and 2025 has none. A month of lead time counts 30 days.
 */
export function bandOf(
  metric: DoraMetric,
  measured: DoraValue,
  year: ReportYear,
  days: number,
): Banded {
  if (measured.value === null) return unbanded("no_data");
  const report = reports[year];
  if (!report) return unbanded(year === "2024" ? "unordered_tiers" : "no_tiers");
  if (metric === "deployment_frequency") return frequencyBand(report.frequency, measured, days);
  const bounds = metric === "rework_rate" ? undefined : report[metric];
  if (!bounds) return unbanded("not_in_report");
  const { value } = measured;
  const isWithin = (bound: number) =>
    metric === "change_failure_rate" ? value <= bound : value < bound;
  const band = bands[bounds.findIndex(isWithin)] ?? "low";
  const isSplit = year === "2021" && metric === "change_failure_rate" && band !== "elite";
  return banded(band, isSplit ? "devlake" : "report");
}

/** By the median week, else the median month, else the median half of a year with a deployment on a day of it. */
function frequencyBand(
  report: Report["frequency"],
  { n, days_per_week, days_per_month, days_per_half_year }: DoraValue,
  days: number,
): Banded {
  if (days_per_week === null) return unbanded("no_complete_week");
  if (days_per_week >= 5) return banded("elite");
  if (days_per_week >= 1) return banded("high");
  // Nothing in two weeks does not tell whether there is something each month, or half-year.
  if (n === 0 && days < (report.half_year === "low" ? 28 : 181)) {
    return unbanded("window_too_short");
  }
  if ((days_per_month ?? 0) >= 1) return banded(report.month);
  return banded((days_per_half_year ?? 0) >= 1 ? report.half_year : "low");
}

function banded(band: Band, source: BandSource = "report"): Banded {
  return { band, band_source: source, band_reason: null };
}

function unbanded(reason: BandReason): Banded {
  return { band: null, band_source: null, band_reason: reason };
}
