import * as Plot from "@observablehq/plot";
import { bottomAxis, type Drawn, placed, plot, type Size, valueAxis, valueScale } from "./frame.ts";

interface Chart extends Size {
  names: string[];
  values: number[];
}

/** Draws how many there are of each: a column a name, close together, as a histogram is. */
export function drawBars({ names, values, ...size }: Chart): Drawn {
  const columns = values.map((value, index) => ({ index, value }));
  const svg = plot(size, {
    x: { type: "band", label: null, padding: 0.06 },
    y: valueScale(values),
    marks: [
      ...valueAxis(),
      bottomAxis({
        tickFormat: (index: number) => names[index] ?? "",
        ...(size.width < 520 ? { tickRotate: -40 } : {}),
      }),
      Plot.barY(columns, {
        x: "index",
        y: "value",
        fill: "var(--accent)",
        fillOpacity: 0.75,
        ry1: 3,
      }),
    ],
    ...(size.width < 520 ? { marginBottom: 58 } : {}),
  });
  return placed(svg, names.map((_, index) => index), values);
}
