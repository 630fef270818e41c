import * as Plot from "@observablehq/plot";
import type { Mark, Point } from "../components/series.tsx";
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
  points: Point[];
  before: Point[];
  marks: Mark[];
}

const line = { curve: "monotone-x", strokeLinecap: "round", strokeLinejoin: "round" } as const;

/** Draws a number over time, solid, beside what it is compared with, dashed. */
export function drawSeries({ points, before, marks, ...size }: Chart): Drawn {
  const dates = points.map(dateOf);
  // What it is compared with lies on the same days.
  const then = before.slice(0, points.length).map((point, index) => ({
    at: dates[index],
    value: point.value,
  }));
  const svg = plot(size, {
    x: dayScale(size.width),
    y: valueScale([...points, ...then].map(({ value }) => value)),
    marks: [
      ...valueAxis(),
      bottomAxis(),
      Plot.ruleX(marks, {
        x: dateOf,
        stroke: ({ isBad }: Mark) => isBad ? "var(--poor)" : "var(--mark)",
        strokeDasharray: "1,3",
        y1: 0,
      }),
      // From 0 by itself: an area without y1 is stacked, and a stack draws what is unknown as 0.
      Plot.areaY(points, {
        x: dateOf,
        y1: 0,
        y2: known,
        fill: "var(--accent)",
        fillOpacity: 0.08,
        ...line,
      }),
      Plot.lineY(then, {
        x: "at",
        y: known,
        stroke: "var(--muted)",
        strokeDasharray: "4,4",
        strokeWidth: 1.25,
        ...line,
      }),
      Plot.lineY(points, { x: dateOf, y: known, stroke: "var(--accent)", strokeWidth: 2, ...line }),
      Plot.dot(points.filter(({ complete, value }) => complete === false && value !== null), {
        x: dateOf,
        y: "value",
        r: 3.5,
        stroke: "var(--accent)",
        fill: "var(--surface)",
      }),
      // A line needs two points: what stands between gaps has a dot.
      Plot.dot(points.filter((_, index) => isAlone(points, index)), {
        x: dateOf,
        y: "value",
        r: 3,
        fill: "var(--accent)",
      }),
      Plot.dot(marks, {
        x: dateOf,
        frameAnchor: "top",
        r: 3,
        symbol: "triangle",
        fill: ({ isBad }: Mark) => isBad ? "var(--poor)" : "var(--mark)",
      }),
    ],
  });
  return placed(svg, dates, points.map(({ value }) => value));
}

function isAlone(points: Point[], index: number): boolean {
  const valueAt = (place: number) => points[place]?.value ?? null;
  return valueAt(index) !== null && valueAt(index - 1) === null && valueAt(index + 1) === null;
}
