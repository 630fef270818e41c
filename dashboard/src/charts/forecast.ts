import * as Plot from "@observablehq/plot";
import type { Coming } from "../components/forecast_chart.tsx";
import type { Point } from "../components/series.tsx";
import {
  bottomAxis,
  dateOf,
  dayScale,
  type Drawn,
  known,
  placed,
  plot,
  type Size,
  valueAxis,
  valueScale,
} from "./frame.ts";

interface Chart extends Size {
  past: Point[];
  coming: Coming[];
}

/** Draws what was, what is to come, and the bands in which it comes in 80 and in 95 of 100 cases. */
export function drawForecast({ past, coming, ...size }: Chart): Drawn {
  const last = past.findLast(({ value }) => value !== null);
  // From the last that is known, so that the line and the bands begin where it ends.
  const ahead = [
    ...(last
      ? [{
        date: last.date,
        value: last.value ?? 0,
        low_80: last.value,
        high_80: last.value,
        low_95: last.value,
        high_95: last.value,
      }]
      : []),
    ...coming,
  ];
  const band = (level: 80 | 95, fillOpacity: number) =>
    Plot.areaY(ahead, {
      x: dateOf,
      y1: `low_${level}`,
      y2: `high_${level}`,
      fill: "var(--mark)",
      fillOpacity,
      curve: "linear",
    });
  const svg = plot(size, {
    x: dayScale(size.width),
    y: valueScale([...past.map(({ value }) => value), ...coming.map(({ high_95 }) => high_95)]),
    marks: [
      ...valueAxis(),
      bottomAxis(),
      band(95, 0.1),
      band(80, 0.16),
      Plot.lineY(past, { x: dateOf, y: known, stroke: "var(--accent)", strokeWidth: 2 }),
      Plot.lineY(ahead, {
        x: dateOf,
        y: "value",
        stroke: "var(--mark)",
        strokeWidth: 2,
        strokeDasharray: "5,4",
      }),
      Plot.dot(coming, { x: dateOf, y: "value", r: 3, fill: "var(--mark)" }),
    ],
  });
  const all = [...past, ...coming];
  return placed(svg, all.map(dateOf), all.map(({ value }) => value));
}
