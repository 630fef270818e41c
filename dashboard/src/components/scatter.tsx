import { useCallback } from "preact/hooks";
import { day, measure, weekday } from "../format.ts";
import { Chart, type Charts } from "./chart.tsx";

/** Two numbers of a day. */
export interface Pair {
  date: string;
  x: number;
  y: number;
}

interface Axis {
  label: string;
  unit: string;
}

interface Props {
  label: string;
  x: Axis;
  y: Axis;
  pairs: Pair[];
  hasLine: boolean;
  height?: number;
}

/** How two numbers go together: a dot a day. */
export function Scatter({ label, x, y, pairs, hasLine, height = 320 }: Props) {
  const draw = useCallback(
    ({ drawScatter }: Charts, width: number) =>
      drawScatter({
        pairs,
        xLabel: `${x.label} (${x.unit})`,
        hasLine,
        width,
        height,
      }),
    [pairs, x.label, x.unit, hasLine, height],
  );
  return (
    <Chart
      label={label}
      unit={`${y.label} (${y.unit})`}
      height={height}
      length={pairs.length}
      along="day by day"
      draw={draw}
      said={(index) => {
        const pair = pairs[index];
        return pair
          ? `${weekday(pair.date)}: ${measure(pair.x, x.unit)} · ${measure(pair.y, y.unit)}`
          : "";
      }}
      table={{
        columns: [
          { label: "Day" },
          { label: x.label, isNumber: true },
          { label: y.label, isNumber: true },
        ],
        rows: pairs.map((
          pair,
        ) => [day(pair.date), measure(pair.x, x.unit), measure(pair.y, y.unit)]),
      }}
      records={{
        names: ["date", x.label, y.label],
        rows: pairs.map((pair) => [pair.date, pair.x, pair.y]),
      }}
    />
  );
}
