import { useCallback, useMemo } from "preact/hooks";
import { day, measure } from "../format.ts";
import { Chart, type Charts } from "./chart.tsx";
import { type Point, scaleOf } from "./series.tsx";

/** A week that has not come, and between what its number lies in 80 and in 95 of 100 cases. */
export interface Coming {
  date: string;
  value: number;
  low_80: number;
  high_80: number;
  low_95: number;
  high_95: number;
}

interface Props {
  label: string;
  unit: string;
  past: Point[];
  coming: Coming[];
  height?: number;
}

/** What was, and what is to come by it. */
export function ForecastChart({ label, unit, past, coming, height = 300 }: Props) {
  const scale = useMemo(() => scaleOf(unit, [...past, ...coming]), [unit, past, coming]);
  const draw = useCallback(({ drawForecast }: Charts, width: number) => {
    const { per } = scale;
    return drawForecast({
      past: past.map((point) => ({
        ...point,
        value: point.value === null ? null : point.value / per,
      })),
      coming: coming.map(({ date, ...week }) => ({
        date,
        value: week.value / per,
        low_80: week.low_80 / per,
        high_80: week.high_80 / per,
        low_95: week.low_95 / per,
        high_95: week.high_95 / per,
      })),
      width,
      height,
    });
  }, [past, coming, scale, height]);
  const between = (low: number, high: number) => `${measure(low, unit)} to ${measure(high, unit)}`;
  const said = (index: number) => {
    const week = coming[index - past.length];
    if (week) {
      return `Week of ${day(week.date)}: ${measure(week.value, unit)} expected · 80%: ${
        between(week.low_80, week.high_80)
      }`;
    }
    const point = past[index];
    return point ? `Week of ${day(point.date)}: ${measure(point.value, unit)}` : "";
  };
  return (
    <Chart
      label={label}
      unit={scale.unit}
      height={height}
      length={past.length + coming.length}
      draw={draw}
      said={said}
      legend={
        <>
          <i class="now" /> known <i class="ahead" /> expected
          <i class="layer spread" /> 80% and 95%
        </>
      }
      table={{
        columns: [
          { label: "Week of" },
          { label: "Known", isNumber: true },
          { label: "Expected", isNumber: true },
          { label: "80%", isNumber: true },
          { label: "95%", isNumber: true },
        ],
        rows: [
          ...past.map(({ date, value }) => [day(date), measure(value, unit), "", "", ""]),
          ...coming.map((week) => [
            day(week.date),
            "",
            measure(week.value, unit),
            between(week.low_80, week.high_80),
            between(week.low_95, week.high_95),
          ]),
        ],
      }}
      records={{
        names: ["week", "known", "expected", "low_80", "high_80", "low_95", "high_95"],
        rows: [
          ...past.map(({ date, value }) => [date, value, null, null, null, null, null]),
          ...coming.map((week) => [
            week.date,
            null,
            week.value,
            week.low_80,
            week.high_80,
            week.low_95,
            week.high_95,
          ]),
        ],
      }}
    />
  );
}
