import * as Plot from "@observablehq/plot";
import { tick } from "../format.ts";
import type { Pair } from "../components/scatter.tsx";
import { bottomAxis, type Drawn, nearestOf, plot, type Size, valueAxis } from "./frame.ts";

interface Chart extends Size {
  pairs: Pair[];
  xLabel: string;
  /** Whether a straight line says something about them: not of ranks. */
  hasLine: boolean;
}

/** Draws pairs of numbers as dots. */
export function drawScatter({ pairs, xLabel, hasLine, ...size }: Chart): Drawn {
  const svg = plot(size, {
    x: { label: xLabel, nice: true, insetLeft: 8, insetRight: 8, labelArrow: false },
    y: { label: null, nice: true, insetTop: 8, insetBottom: 8 },
    marks: [
      ...valueAxis(),
      bottomAxis({
        label: xLabel,
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: tick,
        ticks: Math.max(3, Math.floor(size.width / 110)),
      }),
      ...(hasLine && pairs.length > 2
        ? [Plot.line(lineThrough(pairs), {
          x: "x",
          y: "y",
          stroke: "var(--muted)",
          strokeDasharray: "4,4",
          strokeWidth: 1.25,
        })]
        : []),
      Plot.dot(pairs, {
        x: "x",
        y: "y",
        r: 4,
        fill: "var(--accent)",
        fillOpacity: 0.55,
        stroke: "var(--accent)",
        strokeWidth: 1,
      }),
    ],
    marginBottom: 46,
  });
  const [x, y] = [svg.scale("x"), svg.scale("y")];
  const places = pairs.map((pair) => ({
    left: Number(x?.apply(pair.x) ?? 0),
    top: Number(y?.apply(pair.y) ?? 0),
  }));
  return {
    svg,
    x: (index) => places[index]?.left ?? 0,
    y: (index) => places[index]?.top ?? null,
    nearest: (left, top) =>
      nearestOf(places.map((place) => Math.hypot(place.left - left, place.top - top))),
  };
}

/** The line of least squares, from the smallest x to the largest. */
function lineThrough(pairs: Pair[]): Pair[] {
  const n = pairs.length;
  const [meanX, meanY] = [
    pairs.reduce((sum, { x }) => sum + x, 0) / n,
    pairs.reduce((sum, { y }) => sum + y, 0) / n,
  ];
  const spread = pairs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return [];
  const slope = pairs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const at = (x: number) => ({ date: "", x, y: meanY + slope * (x - meanX) });
  const xs = pairs.map(({ x }) => x);
  return [at(Math.min(...xs)), at(Math.max(...xs))];
}
