import { percent } from "../_shared/numbers/ratio.ts";

/** A step of a run as it is stored. */
export interface StepCount {
  name: string;
  state: "READY" | "RUNNING" | "FINISHED" | "FAILED";
  done: number;
  total: number | null;
}

/** How far a run is, computed from its steps. */
export interface ProgressFigures {
  /** Read so far, of all steps. */
  done: number;
  /** Of all steps, as far as GitHub has said it; null while nothing is known. */
  total: number | null;
  /** 0–100; null while it cannot be known. */
  percentage: number | null;
  /** Read in a second, since the run began; null before the first second. */
  rate: number | null;
  /** Seconds that what is known to be left will take at this rate; null when unknown. */
  seconds_left: number | null;
}

/**
 * A run's progress. The percentage counts what is known to be there: a step that GitHub has not been asked about yet
 * weighs as much as the share of steps it is, so that the percentage never falls back far when its size becomes known.
 */
export function progressOf(
  run: { state: string; steps: StepCount[]; seconds: number | null },
): ProgressFigures {
  const { steps, seconds } = run;
  const done = sum(steps.map((step) => step.done));
  const known = steps.filter((step) => step.total !== null || isOver(step));
  const total = known.length === 0 ? null : sum(known.map((step) => step.total ?? step.done));
  const rate = seconds === null || seconds < 1 ? null : round(done / seconds);
  if (run.state === "FINISHED") {
    return { done, total: done, percentage: 100, rate, seconds_left: 0 };
  }
  const shares = steps.map((step) =>
    isOver(step)
      ? 1
      : step.total === null || step.total === 0
      ? 0
      : Math.min(step.done / step.total, 1)
  );
  const percentage = percent(sum(shares), steps.length);
  if (percentage === null) return { done, total, percentage, rate, seconds_left: null };
  const left = total === null ? null : Math.max(total - done, 0);
  return {
    done,
    total,
    percentage: round(percentage),
    rate,
    seconds_left: left === null || rate === null || rate === 0 ? null : Math.ceil(left / rate),
  };
}

/** A run as the API shows it: with how far it is. */
export function withProgress<Run extends Parameters<typeof progressOf>[0]>(run: Run) {
  return { ...run, ...progressOf(run) };
}

function isOver({ state }: StepCount): boolean {
  return state === "FINISHED" || state === "FAILED";
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
