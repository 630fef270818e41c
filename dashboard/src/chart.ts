import * as Plot from "@observablehq/plot";
import type { Mark, Point } from "./components/series.tsx";
import { save } from "./save.ts";

/** A drawn series, and where in it things are, in pixels. */
export interface Drawn {
  svg: SVGElement | HTMLElement;
  x(index: number): number;
  y(value: number): number;
  /** The point nearest to a place from the left. */
  nearest(left: number): number;
}

interface Chart {
  points: Point[];
  before: Point[];
  marks: Mark[];
  width: number;
  height: number;
}

/** An unknown value is a gap: null itself would be drawn as 0. */
const known = ({ value }: { value: number | null }) => value ?? NaN;

const line = { curve: "monotone-x", strokeLinecap: "round", strokeLinejoin: "round" } as const;

/** Draws a series; colours are those of the page, so that light and dark need no second drawing. */
export function draw({ points, before, marks, width, height }: Chart): Drawn {
  const at = ({ date }: { date: string }) => new Date(`${date}T00:00:00Z`);
  const dates = points.map(at);
  // What it is compared with lies on the same days.
  const then = before.slice(0, points.length).map((point, index) => ({
    at: dates[index],
    value: point.value,
  }));
  const most = Math.max(
    0,
    ...points.map(({ value }) => value ?? 0),
    ...then.map(({ value }) => value ?? 0),
  );
  const svg = Plot.plot({
    width,
    height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 16,
    marginBottom: 38,
    className: "chart",
    x: { type: "utc", label: null, ticks: Math.max(2, Math.floor(width / 110)) },
    y: { label: null, domain: [0, most === 0 ? 1 : most * 1.08], ticks: 4, tickFormat: "~s" },
    marks: [
      Plot.gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 4 }),
      Plot.axisX({ tickSize: 0, color: "var(--muted)" }),
      Plot.axisY({ tickSize: 0, color: "var(--muted)", ticks: 4, tickFormat: "~s" }),
      Plot.ruleX(marks, {
        x: at,
        stroke: ({ isBad }: Mark) => isBad ? "var(--poor)" : "var(--mark)",
        strokeDasharray: "1,3",
        y1: 0,
      }),
      // From 0 by itself: an area without y1 is stacked, and a stack draws what is unknown as 0.
      Plot.areaY(points, {
        x: at,
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
      Plot.lineY(points, { x: at, y: known, stroke: "var(--accent)", strokeWidth: 2, ...line }),
      Plot.dot(points.filter(({ complete, value }) => complete === false && value !== null), {
        x: at,
        y: "value",
        r: 3.5,
        stroke: "var(--accent)",
        fill: "var(--surface)",
      }),
      // A line needs two points: what stands between gaps has a dot.
      Plot.dot(points.filter((_, index) => isAlone(points, index)), {
        x: at,
        y: "value",
        r: 3,
        fill: "var(--accent)",
      }),
      Plot.dot(marks, {
        x: at,
        frameAnchor: "top",
        r: 3,
        symbol: "triangle",
        fill: ({ isBad }: Mark) => isBad ? "var(--poor)" : "var(--mark)",
      }),
    ],
  });
  const [x, y] = [svg.scale("x"), svg.scale("y")];
  const places = dates.map((date) => Number(x?.apply(date) ?? 0));
  return {
    svg,
    x: (index) => places[index] ?? 0,
    y: (value) => Number(y?.apply(value) ?? 0),
    nearest: (left) =>
      places.reduce(
        (best, place, index) =>
          Math.abs(place - left) < Math.abs((places[best] ?? Infinity) - left) ? index : best,
        0,
      ),
  };
}

function isAlone(points: Point[], index: number): boolean {
  const valueAt = (place: number) => points[place]?.value ?? null;
  return valueAt(index) !== null && valueAt(index - 1) === null && valueAt(index + 1) === null;
}

/** Saves the drawing as a picture of twice its size, on the page's ground. */
export async function savePng({ svg }: Drawn, name: string): Promise<void> {
  const copy = svg.cloneNode(true) as SVGElement;
  const style = getComputedStyle(svg);
  // Alone, the picture has no page to take its colours from.
  const text = new XMLSerializer().serializeToString(copy)
    .replaceAll(/var\((--[a-z]+)\)/g, (_, variable: string) => style.getPropertyValue(variable));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, `${name}.png`));
}
