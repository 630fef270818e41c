import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { Drawn } from "../chart.ts";
import { day, measure, weekday } from "../format.ts";
import { save } from "../save.ts";
import { Skeleton } from "./skeleton.tsx";

export interface Point {
  /** The first day of the bucket. */
  date: string;
  value: number | null;
  /** False for a bucket that is not over, or that the range cuts. */
  complete?: boolean;
}

/** Something that happened on a day. */
export interface Mark {
  date: string;
  text: string;
  isBad?: boolean;
}

interface Props {
  label: string;
  unit: string;
  points: Point[];
  /** The buckets it is compared with, in the same order; drawn dashed. */
  before?: Point[] | null;
  marks?: Mark[];
  /** Of the drawing, in pixels; the chart's code is loaded into a place of this size. */
  height?: number;
}

const noMarks: Mark[] = [];

/**
 * A number over time: now solid, before dashed, what happened as marks. The arrow keys or the pointer go along it and read it out;
 * below it the same as a table and as files.
 */
export function Series({ label, unit, points, before, marks = noMarks, height = 260 }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const figure = useRef<HTMLElement>(null);
  const id = useId();
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [failed, setFailed] = useState(false);
  const [width, setWidth] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  const scale = useMemo(() => scaleOf(unit, [...points, ...before ?? []]), [unit, points, before]);
  const inScale = (point: Point) => ({
    ...point,
    value: point.value === null ? null : point.value / scale.per,
  });

  useEffect(() => {
    if (!figure.current) return;
    const observer = new ResizeObserver(([entry]) =>
      entry && setWidth(Math.round(entry.contentRect.width))
    );
    observer.observe(figure.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    let isLeft = false;
    import("../chart.ts").then(({ draw }) => {
      if (isLeft || !host.current) return;
      const chart = draw({
        points: points.map(inScale),
        before: (before ?? []).map(inScale),
        marks,
        width,
        height,
      });
      host.current.replaceChildren(chart.svg);
      setDrawn(chart);
    }, () => setFailed(true));
    return () => {
      isLeft = true;
    };
  }, [points, before, marks, width, height, scale]);

  const last = points.length - 1;
  const here = at === null ? null : Math.min(at, last);
  const press = (event: KeyboardEvent) => {
    const from = here ?? last;
    const next = {
      ArrowLeft: from - 1,
      ArrowRight: here === null ? last : from + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") setAt(null);
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, next)));
  };
  const point = (event: PointerEvent) => {
    if (!drawn || !host.current) return;
    setAt(drawn.nearest(event.clientX - host.current.getBoundingClientRect().left));
  };
  const said = (index: number) => readOut(points, before ?? null, marks, index, unit);

  return (
    <figure class="series" ref={figure}>
      <figcaption>
        <span>{label}{scale.unit !== "" && <small>{scale.unit}</small>}</span>
        <span class="legend" aria-hidden="true">
          <i class="now" /> now
          {before && (
            <>
              <i class="before" /> before
            </>
          )}
          {marks.length > 0 && (
            <>
              <i class="deployed" /> deployment
            </>
          )}
        </span>
      </figcaption>
      <div
        class="plot"
        style={{ height: `${height}px` }}
        role="slider"
        tabindex={0}
        aria-label={`${label} over time: the arrow keys go along it`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={here ?? last}
        aria-valuetext={points.length === 0 ? "nothing" : said(here ?? last)}
        onKeyDown={press}
        onFocus={() => setAt((before) => before ?? last)}
        onBlur={() => setAt(null)}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
      >
        <div ref={host} class="drawing" aria-hidden="true" />
        {!drawn && !failed && <Skeleton height={height} />}
        {failed && <p class="fine">The chart could not be loaded. The table below has the same.</p>}
        {drawn && here !== null && (
          <Crosshair
            drawn={drawn}
            per={scale.per}
            index={here}
            points={points}
            width={width}
            text={said(here)}
          />
        )}
      </div>
      <details>
        <summary>As a table</summary>
        <div class="scroll" role="region" aria-labelledby={id} tabindex={0}>
          <table>
            <caption id={id} class="hidden">{label}</caption>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col" class="number">Now</th>
                {before && <th scope="col" class="number">Before</th>}
              </tr>
            </thead>
            <tbody>
              {points.map(({ date, value, complete }, index) => (
                <tr key={date}>
                  <th scope="row">{day(date)}{complete === false && " (so far)"}</th>
                  <td class="number">{measure(value, unit)}</td>
                  {before && <td class="number">{measure(before[index]?.value ?? null, unit)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <p class="files">
        <button type="button" class="quiet" onClick={() => saveCsv(label, points, before ?? null)}>
          CSV
        </button>
        <button
          type="button"
          class="quiet"
          disabled={!drawn}
          onClick={() =>
            drawn && void import("../chart.ts").then(({ savePng }) => savePng(drawn, label))}
        >
          PNG
        </button>
      </p>
    </figure>
  );
}

interface CrosshairProps {
  drawn: Drawn;
  /** How many of the unit are one of the axis. */
  per: number;
  index: number;
  points: Point[];
  width: number;
  text: string;
}

function Crosshair({ drawn, per, index, points, width, text }: CrosshairProps) {
  const point = points[index];
  if (!point) return null;
  const x = drawn.x(index);
  const isRight = x > width / 2;
  return (
    <>
      <span class="crosshair" style={{ left: `${x}px` }} />
      {point.value !== null && (
        <span class="dot" style={{ left: `${x}px`, top: `${drawn.y(point.value / per)}px` }} />
      )}
      <span
        class="readout"
        style={isRight ? { right: `${width - x + 10}px` } : { left: `${x + 10}px` }}
      >
        {text}
      </span>
    </>
  );
}

/** Seconds are drawn as minutes, hours or days, so that the axis has round numbers of them. */
function scaleOf(unit: string, points: Point[]): { unit: string; per: number } {
  if (unit !== "seconds") return { unit, per: 1 };
  const most = Math.max(0, ...points.map(({ value }) => value ?? 0));
  if (most > 3 * 86_400) return { unit: "days", per: 86_400 };
  return most > 3 * 3600 ? { unit: "hours", per: 3600 } : { unit: "minutes", per: 60 };
}

/** A bucket in one sentence. */
function readOut(
  points: Point[],
  before: Point[] | null,
  marks: Mark[],
  index: number,
  unit: string,
): string {
  const point = points[index];
  if (!point) return "";
  const then = before?.[index];
  const happened = marks.filter(({ date }) => date === point.date).map(({ text }) => text);
  return [
    `${weekday(point.date)}: ${measure(point.value, unit)}${
      point.complete === false ? " so far" : ""
    }`,
    ...(then ? [`before ${measure(then.value, unit)}`] : []),
    ...happened,
  ].join(" · ");
}

function saveCsv(label: string, points: Point[], before: Point[] | null) {
  const rows = points.map(({ date, value }, index) =>
    [date, value ?? "", ...(before ? [before[index]?.value ?? ""] : [])].join(",")
  );
  const text = [["date", "value", ...(before ? ["before"] : [])].join(","), ...rows].join("\r\n");
  save(new Blob([`${text}\r\n`], { type: "text/csv" }), `${label}.csv`);
}
