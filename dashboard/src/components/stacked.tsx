import { useCallback } from "preact/hooks";
import { day, measure } from "../format.ts";
import { Chart, type Charts } from "./chart.tsx";

/** A part of every column. */
export interface Layer {
  key: string;
  label: string;
  /** A colour of the page, as `var(--good)`. */
  colour: string;
  values: (number | null)[];
}

export interface Column {
  /** Its first day. */
  date: string;
  /** What it is called below the axis. */
  name: string;
  complete?: boolean;
}

interface Props {
  label: string;
  unit: string;
  columns: Column[];
  /** The first lies at the bottom. */
  layers: Layer[];
  height?: number;
}

/** What a number is made of, over time. */
export function Stacked({ label, unit, columns, layers, height = 280 }: Props) {
  const draw = useCallback(
    ({ drawStacked }: Charts, width: number) =>
      drawStacked({ names: columns.map(({ name }) => name), layers, width, height }),
    [columns, layers, height],
  );
  const total = (index: number) =>
    layers.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
  const said = (index: number) => {
    const column = columns[index];
    if (!column) return "";
    const parts = layers.flatMap(({ label, values }) =>
      (values[index] ?? 0) > 0 ? [`${label} ${measure(values[index] ?? 0, unit)}`] : []
    );
    const soFar = column.complete === false ? " so far" : "";
    return [`${day(column.date)}: ${measure(total(index), unit)}${soFar}`, ...parts].join(" · ");
  };
  const used = layers.filter(({ values }) => values.some((value) => (value ?? 0) > 0));
  return (
    <Chart
      label={label}
      unit={unit}
      height={height}
      length={columns.length}
      draw={draw}
      said={said}
      legend={used.map(({ key, label, colour }) => (
        <span key={key}>
          <i class="layer" style={{ background: colour }} /> {label}
        </span>
      ))}
      table={{
        columns: [
          { label: "From" },
          ...layers.map(({ label }) => ({ label, isNumber: true })),
          { label: "All", isNumber: true },
        ],
        rows: columns.map(({ date, complete }, index) => [
          `${day(date)}${complete === false ? " (so far)" : ""}`,
          ...layers.map(({ values }) => measure(values[index] ?? null, unit)),
          measure(total(index), unit),
        ]),
      }}
      records={{
        names: ["date", ...layers.map(({ key }) => key)],
        rows: columns.map(({ date }, index) => [
          date,
          ...layers.map(({ values }) => values[index] ?? null),
        ]),
      }}
    />
  );
}
