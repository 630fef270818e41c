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
  /** Days that one deployment may take to be high and medium; elite is five days with one in the median week. */
  frequency: { high: number; medium: number };
}

// The report of 2021 gives a change failure rate of 16–30 % to high, medium and low alike; 20 and 30 are DevLake's.
const reports: Partial<Record<ReportYear, Report>> = {
  2021: {
    lead_time: [hour, week, 6 * month],
    change_failure_rate: [15, 20, 30],
    incident_duration: [hour, day, week],
    frequency: { high: 30, medium: 180 },
  },
  2023: {
    lead_time: [day, week, month],
    change_failure_rate: [5, 10, 15],
    recovery_time: [hour, day, week],
    frequency: { high: 7, medium: 30 },
  },
};

/**
 * The performance band of a metric by a year's State of DevOps report; `days` is how long the window was. No data has no band.
 * 2024's clusters are not ordered (its medium fails less often than its high), and 2025 has none. A month counts 30 days.
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

/** By the median week where there is one deployment a week or more, else by how many days there are to a deployment. */
function frequencyBand(
  { high, medium }: Report["frequency"],
  { value, n, days_per_week }: DoraValue,
  days: number,
): Banded {
  if (days_per_week === null) return unbanded("no_complete_week");
  if (days_per_week >= 5) return banded("elite");
  if (days_per_week >= 1) return banded("high");
  // Nothing in two weeks does not tell whether there is something each month.
  if (n === 0 && days < medium) return unbanded("window_too_short");
  const daysToOne = 1 / (value ?? 0);
  if (high > 7 && daysToOne <= high) return banded("high");
  return banded(daysToOne <= medium ? "medium" : "low");
}

function banded(band: Band, source: BandSource = "report"): Banded {
  return { band, band_source: source, band_reason: null };
}

function unbanded(reason: BandReason): Banded {
  return { band: null, band_source: null, band_reason: reason };
}
