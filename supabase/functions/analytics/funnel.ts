import { noShare, type Share, wilson } from "./statistics.ts";

/** A step as the database counts it. */
export interface CountedStep {
  step: number;
  event: string;
  count: number;
  median_seconds: number | null;
}

export interface FunnelStep {
  step: number;
  event: string;
  count: number;
  conversion_from_first: Share;
  conversion_from_previous: Share;
  median_seconds_from_previous: number | null;
}

/** The shares of step 1 and of the step before that passed each step. Step 1 is all of itself and has no step before. */
export function funnelSteps(counted: CountedStep[]): FunnelStep[] {
  const first = counted[0]?.count ?? 0;
  return counted.map(({ step, event, count, median_seconds }, index) => ({
    step,
    event,
    count,
    conversion_from_first: wilson(count, first),
    conversion_from_previous: index === 0
      ? noShare("first_step")
      : wilson(count, counted[index - 1]?.count ?? 0),
    median_seconds_from_previous: index === 0 ? null : median_seconds,
  }));
}
