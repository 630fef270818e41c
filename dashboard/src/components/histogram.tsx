import { useCallback } from "preact/hooks";
import { number } from "../format.ts";
import { Chart, type Charts } from "./chart.tsx";

export interface Bin {
  name: string;
  /** Where it begins and ends, for the file. */
  from: number;
  to: number | null;
  n: number;
}

interface Props {
  label: string;
  /** What is counted, as `changes`. */
  unit: string;
  bins: Bin[];
  height?: number;
}

/** How many lie in each part of a range. */
export function Histogram({ label, unit, bins, height = 240 }: Props) {
  const draw = useCallback(
    ({ drawBars }: Charts, width: number) =>
      drawBars({
        names: bins.map(({ name }) => name),
        values: bins.map(({ n }) => n),
        width,
        height,
      }),
    [bins, height],
  );
  const all = bins.reduce((sum, { n }) => sum + n, 0);
  const share = (n: number) => all === 0 ? "" : ` (${number(Math.round(n / all * 100))}%)`;
  return (
    <Chart
      label={label}
      unit={unit}
      height={height}
      length={bins.length}
      along="by duration"
      draw={draw}
      said={(index) => {
        const bin = bins[index];
        return bin ? `${bin.name}: ${number(bin.n)} ${unit}${share(bin.n)}` : "";
      }}
      table={{
        columns: [{ label: "Duration" }, { label: unit, isNumber: true }],
        rows: bins.map(({ name, n }) => [name, `${number(n)}${share(n)}`]),
      }}
      records={{
        names: ["from_seconds", "to_seconds", "n"],
        rows: bins.map(({ from, to, n }) => [from, to, n]),
      }}
    />
  );
}
