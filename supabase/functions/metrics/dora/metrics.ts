import {
  compareDora,
  type DoraComparison,
  type DoraMetric,
  type DoraNumbers,
} from "../../_shared/numbers/dora.ts";
import { type Banded, bandOf, type ReportYear } from "./bands.ts";

/** The numbers of a window and of the one before. */
export interface DoraWindow {
  period: { days: number };
  previous_period: { start: string; end: string };
  numbers: DoraNumbers;
  previous: DoraNumbers;
}

/** A metric as the API answers it. */
export interface DoraAnswer extends DoraComparison, Banded {
  definition: string;
  previous: DoraComparison["previous"] & { period: { start: string; end: string } };
}

/** Every metric that the numbers are there for, judged by a year's report and against the window before. */
export function metricsOf(window: DoraWindow, year: ReportYear): DoraAnswer[] {
  const days = window.numbers.deployments?.days ?? window.period.days;
  return compareDora(window.numbers, window.previous).map((compared) => ({
    ...compared,
    ...bandOf(compared.metric, compared, year, days),
    definition: `dora.${compared.metric}@1`,
    previous: { ...compared.previous, period: window.previous_period },
  }));
}

/** One metric of a window that has it. */
export function metricOf(window: DoraWindow, metric: DoraMetric, year: ReportYear): DoraAnswer {
  const found = metricsOf(window, year).find((one) => one.metric === metric);
  if (!found) throw new Error(`The numbers of ${metric} were not asked for`);
  return found;
}
