import * as Plot from "@observablehq/plot";
import { tick } from "../format.ts";

/** A drawing, and where in it the things are that it shows, in pixels. */
export interface Drawn {
  svg: SVGElement | HTMLElement;
  x(index: number): number;
  /** Null where there is nothing to point at, as where a value is unknown. */
  y(index: number): number | null;
  /** What is nearest to a place. */
  nearest(left: number, top: number): number;
}

/** How large a drawing is. */
export interface Size {
  width: number;
  height: number;
}

const margins = { marginLeft: 44, marginRight: 12, marginTop: 16, marginBottom: 38 };

/** What all drawings have in common: their margins, and axes in the page's colours, so that light and dark need no second drawing. */
export function plot(
  { width, height }: Size,
  options: Plot.PlotOptions & { marks: Plot.Markish[] },
): (SVGSVGElement | HTMLElement) & Plot.Plot {
  return Plot.plot({ width, height, ...margins, className: "chart", ...options });
}

/** The lines and the numbers of the axis of values. */
export function valueAxis(): Plot.Markish[] {
  return [
    Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 4 }),
    Plot.axisY({ tickSize: 0, color: "var(--muted)", ticks: 4, tickFormat: tick, label: null }),
  ];
}

/** The axis of days, or of names. */
export function bottomAxis(options: Plot.AxisXOptions = {}): Plot.Markish {
  return Plot.axisX({ tickSize: 0, color: "var(--muted)", label: null, ...options });
}

/** The scale of days for a width. */
export function dayScale(width: number): Plot.ScaleOptions {
  return { type: "utc", label: null, ticks: Math.max(2, Math.floor(width / 110)) };
}

/** The scale of values from 0 to a little above the largest. */
export function valueScale(values: (number | null)[]): Plot.ScaleOptions {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return { label: null, domain: [0, most === 0 ? 1 : most * 1.08] };
}

export function dateOf({ date }: { date: string }): Date {
  return new Date(`${date}T00:00:00Z`);
}

/** An unknown value is a gap: null itself would be drawn as 0. */
export function known({ value }: { value: number | null }): number {
  return value ?? NaN;
}

/** Where things lie that stand beside each other, with a value each. */
export function placed(
  svg: (SVGSVGElement | HTMLElement) & Plot.Plot,
  places: unknown[],
  values: (number | null)[],
): Drawn {
  const [x, y] = [svg.scale("x"), svg.scale("y")];
  const middle = (x?.bandwidth ?? 0) / 2;
  const lefts = places.map((place) => Number(x?.apply(place) ?? 0) + middle);
  return {
    svg,
    x: (index) => lefts[index] ?? 0,
    y: (index) => {
      const value = values[index] ?? null;
      return value === null ? null : Number(y?.apply(value) ?? 0);
    },
    nearest: (left) => nearestOf(lefts.map((one) => Math.abs(one - left))),
  };
}

/** The place of the smallest distance. */
export function nearestOf(distances: number[]): number {
  return distances.reduce(
    (best, distance, index) => distance < (distances[best] ?? Infinity) ? index : best,
    0,
  );
}
