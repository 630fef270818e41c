/** An event of the model: when, what, whose. */
export interface PlainEvent {
  at: number;
  name: string;
  person: string | null;
}

export type Period = "day" | "week" | "month";

/** What DEFINITIONS says of reads, in the plainest way: everything is searched for in a list, and nothing is clever. */
export class AnalyticsModel {
  readonly #days = new Map<PlainEvent, string>();

  constructor(readonly events: PlainEvent[], timeZone: string) {
    const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
    for (const event of events) this.#days.set(event, format.format(new Date(event.at)));
  }

  dayOf(event: PlainEvent): string {
    return this.#days.get(event) ?? "";
  }

  within(start: string, end: string): PlainEvent[] {
    return this.events.filter((event) => start <= this.dayOf(event) && this.dayOf(event) <= end);
  }

  /** Distinct persons in so many days ending on a day. */
  active(day: string, days: number): number {
    const first = new Date(Date.parse(day) - (days - 1) * 86_400_000).toISOString().slice(0, 10);
    return new Set(this.within(first, day).flatMap(({ person }) => person ?? [])).size;
  }

  /** Cohorts from `start` to `end`, which are whole periods: how many came back in each of so many periods. */
  retention(
    start: string,
    end: string,
    period: Period,
    periods: number,
    startEvent?: string,
    returnEvent?: string,
  ): Map<string, number[]> {
    const isNamed = (event: PlainEvent, name?: string) => name === undefined || event.name === name;
    const cohorts = new Map<string, number[]>();
    for (const person of new Set(this.events.flatMap(({ person }) => person ?? []))) {
      const theirs = this.events.filter((event) => event.person === person);
      const days = theirs.filter((event) => isNamed(event, startEvent)).map((e) => this.dayOf(e));
      const first = days.toSorted()[0];
      if (first === undefined || first < start || first > end) continue;
      const cohort = periodOf(first, period);
      const came = new Set(
        theirs.filter((event) => isNamed(event, returnEvent))
          .map((event) => periodOf(this.dayOf(event), period)),
      );
      const row = cohorts.get(cohort) ?? Array.from({ length: periods }, () => 0);
      let at = cohort;
      for (let k = 0; k < periods; k++) {
        if (k === 0 || came.has(at)) row[k] = (row[k] ?? 0) + 1;
        at = nextPeriod(at, period);
      }
      cohorts.set(cohort, row);
    }
    return cohorts;
  }

  /** How many persons pass each step: every chain of events is tried. */
  funnel(start: string, end: string, steps: string[], window: number, isStrict: boolean): number[] {
    const counts = steps.map(() => 0);
    for (const person of new Set(this.events.flatMap(({ person }) => person ?? []))) {
      const theirs = this.events.filter((event) => event.person === person)
        .toSorted((a, b) => a.at - b.at); // what happens at one moment stays in the order it arrived in
      const deepest = Math.max(
        0,
        ...theirs.map((first, index) => {
          const day = this.dayOf(first);
          if (first.name !== steps[0] || day < start || day > end) return 0;
          return isStrict
            ? straight(theirs.slice(index), steps)
            : longest(theirs.slice(index + 1), steps, 1, first.at + window);
        }),
      );
      for (let step = 0; step < deepest; step++) counts[step] = (counts[step] ?? 0) + 1;
    }
    return counts;

    function longest(
      later: PlainEvent[],
      names: string[],
      n: number,
      until: number,
    ): number {
      return Math.max(
        n,
        ...later.map((one, index) =>
          one.name === names[n] && one.at <= until
            ? longest(later.slice(index + 1), names, n + 1, until)
            : n
        ),
      );
    }

    function straight(from: PlainEvent[], names: string[]): number {
      const start = from[0]?.at ?? 0;
      const wrong = names.findIndex((name, n) =>
        from[n]?.name !== name || (from[n]?.at ?? 0) > start + window
      );
      return wrong === -1 ? names.length : wrong;
    }
  }

  /** The number of sessions that begin on a day. */
  sessions(day: string): number {
    return this.within(day, day).filter((event) =>
      event.person !== null &&
      !this.events.some((other) =>
        other.person === event.person && other.at < event.at && event.at - other.at < 1_800_000
      )
    ).length;
  }
}

/** The first day of a day's period. */
function periodOf(day: string, period: Period): string {
  if (period === "month") return `${day.slice(0, 7)}-01`;
  if (period === "day") return day;
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() - (date.getUTCDay() + 6) % 7);
  return date.toISOString().slice(0, 10);
}

function nextPeriod(day: string, period: Period): string {
  const date = new Date(day);
  if (period === "month") date.setUTCMonth(date.getUTCMonth() + 1);
  else date.setUTCDate(date.getUTCDate() + (period === "week" ? 7 : 1));
  return date.toISOString().slice(0, 10);
}
