import * as Plot from "@observablehq/plot";
import type { Layer } from "../components/stacked.tsx";
import { bottomAxis, type Drawn, placed, plot, type Size, valueAxis, valueScale } from "./frame.ts";

interface Chart extends Size {
  /** What each column is called below it. */
  names: string[];
  layers: Layer[];
}

/** Draws columns of layers upon each other, the first at the bottom. */
export function drawStacked({ names, layers, ...size }: Chart): Drawn {
  const totals = names.map((_, index) =>
    layers.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
  );
  const parts = layers.flatMap(({ key, values }) =>
    values.map((value, index) => ({ key, value: value ?? 0, index }))
  );
  // As many names as fit beside each other.
  const step = Math.ceil(names.length / Math.max(2, Math.floor(size.width / 78)));
  const svg = plot(size, {
    x: { type: "band", label: null, padding: names.length > 40 ? 0.1 : 0.28 },
    y: valueScale(totals),
    color: {
      domain: layers.map(({ key }) => key),
      range: layers.map(({ colour }) => colour),
    },
    marks: [
      ...valueAxis(),
      bottomAxis({
        ticks: names.flatMap((_, index) => index % step === 0 ? [index] : []),
        tickFormat: (index: number) => names[index] ?? "",
      }),
      Plot.barY(
        parts,
        Plot.stackY({
          x: "index",
          y: "value",
          fill: "key",
          order: layers.map(({ key }) => key),
          stroke: "var(--surface)",
          strokeWidth: 0.75,
        }),
      ),
    ],
  });
  return placed(svg, names.map((_, index) => index), totals);
}
