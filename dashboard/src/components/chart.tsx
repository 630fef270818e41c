import { type ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Drawn } from "../charts/frame.ts";
import { save } from "../save.ts";
import { Skeleton } from "./skeleton.tsx";

/** The code that draws, loaded when the first chart is shown. */
export type Charts = typeof import("../chart.ts");

interface Column {
  label: string;
  isNumber?: boolean;
}

interface Props {
  label: string;
  unit: string;
  legend?: ComponentChildren;
  /** Of the drawing, in pixels; the chart's code is loaded into a place of this size. */
  height?: number;
  /** How many things the arrow keys stop at. */
  length: number;
  /** Draws it again whenever this is another function. */
  draw(charts: Charts, width: number): Drawn;
  /** What it says about one of its things, in one sentence. */
  said(index: number): string;
  /** The same as a table, the first column naming the row. */
  table: { columns: Column[]; rows: string[][] };
  /** The same as a file: names, and rows of plain values. */
  records: { names: string[]; rows: (string | number | null)[][] };
  /** Where things go on along the axis; otherwise they are just somewhere. */
  along?: string;
}

/**
 * A drawing that can be read without seeing it: the arrow keys or the pointer go along it and read it out; below it the same as a
 * table and as files.
 */
export function Chart(props: Props) {
  const { label, unit, legend, height = 260, length, draw, said, table, records } = props;
  const { along = "over time" } = props;
  const host = useRef<HTMLDivElement>(null);
  const figure = useRef<HTMLElement>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [failed, setFailed] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const width = useWidth(figure);

  useEffect(() => {
    if (width === 0) return;
    let isLeft = false;
    import("../chart.ts").then((charts) => {
      if (isLeft || !host.current) return;
      const chart = draw(charts, width);
      host.current.replaceChildren(chart.svg);
      setDrawn(chart);
    }).catch(() => setFailed(true));
    return () => {
      isLeft = true;
    };
  }, [draw, width]);

  const last = length - 1;
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
    if (!drawn || !host.current || length === 0) return;
    const { left, top } = host.current.getBoundingClientRect();
    setAt(drawn.nearest(event.clientX - left, event.clientY - top));
  };

  return (
    <figure class="series" ref={figure}>
      <figcaption>
        <span>{label}{unit !== "" && <small>{unit}</small>}</span>
        {legend && <span class="legend" aria-hidden="true">{legend}</span>}
      </figcaption>
      <div
        class="plot"
        style={{ height: `${height}px` }}
        role="slider"
        tabindex={0}
        aria-label={`${label} ${along}: the arrow keys go along it`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, here ?? last)}
        aria-valuetext={length === 0 ? "nothing" : said(here ?? last)}
        onKeyDown={press}
        onFocus={() => length > 0 && setAt((before) => before ?? last)}
        onBlur={() => setAt(null)}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
      >
        <div ref={host} class="drawing" aria-hidden="true" />
        {!drawn && !failed && <Skeleton height={height} />}
        {failed && <p class="fine">The chart could not be drawn. The table below has the same.</p>}
        {drawn && here !== null && here >= 0 && (
          <Crosshair drawn={drawn} index={here} width={width} text={said(here)} />
        )}
      </div>
      <Table label={label} {...table} />
      <p class="files">
        <button type="button" class="quiet" onClick={() => saveCsv(label, records)}>CSV</button>
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

function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) =>
      entry && setWidth(Math.round(entry.contentRect.width))
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

interface CrosshairProps {
  drawn: Drawn;
  index: number;
  width: number;
  text: string;
}

function Crosshair({ drawn, index, width, text }: CrosshairProps) {
  const [x, y] = [drawn.x(index), drawn.y(index)];
  const isRight = x > width / 2;
  return (
    <>
      <span class="crosshair" style={{ left: `${x}px` }} />
      {y !== null && <span class="dot" style={{ left: `${x}px`, top: `${y}px` }} />}
      <span
        class="readout"
        style={isRight ? { right: `${width - x + 10}px` } : { left: `${x + 10}px` }}
      >
        {text}
      </span>
    </>
  );
}

function Table({ label, columns, rows }: { label: string } & Props["table"]) {
  const id = useId();
  return (
    <details>
      <summary>As a table</summary>
      <div class="scroll" role="region" aria-labelledby={id} tabindex={0}>
        <table>
          <caption id={id} class="hidden">{label}</caption>
          <thead>
            <tr>
              {columns.map(({ label, isNumber }) => (
                <th key={label} scope="col" class={isNumber ? "number" : undefined}>{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells], row) => (
              <tr key={row}>
                <th scope="row">{name}</th>
                {cells.map((cell, place) => (
                  <td key={place} class={columns[place + 1]?.isNumber ? "number" : undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function saveCsv(label: string, { names, rows }: Props["records"]) {
  const lines = [names, ...rows].map((row) => row.map(csvField).join(","));
  save(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }), `${label}.csv`);
}

/** A field as RFC 4180 has it. */
function csvField(value: string | number | null): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
