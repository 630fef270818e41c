import { useCallback, useMemo } from "preact/hooks";
import { day, measure, weekday } from "../format.ts";
import { Chart, type Charts } from "./chart.tsx";

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
  height?: number;
}

const noMarks: Mark[] = [];

/** A number over time: now solid, before dashed, what happened as marks. */
export function Series({ label, unit, points, before, marks = noMarks, height = 260 }: Props) {
  const scale = useMemo(() => scaleOf(unit, [...points, ...before ?? []]), [unit, points, before]);
  const draw = useCallback(({ drawSeries }: Charts, width: number) => {
    const inScale = (point: Point) => ({
      ...point,
      value: point.value === null ? null : point.value / scale.per,
    });
    return drawSeries({
      points: points.map(inScale),
      before: (before ?? []).map(inScale),
      marks,
      width,
      height,
    });
  }, [points, before, marks, height, scale]);
  const then = (index: number) => before?.[index]?.value ?? null;
  return (
    <Chart
      label={label}
      unit={scale.unit}
      height={height}
      length={points.length}
      draw={draw}
      said={(index) => readOut(points, before ?? null, marks, index, unit)}
      legend={
        <>
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
        </>
      }
      table={{
        columns: [
          { label: "Day" },
          { label: "Now", isNumber: true },
          ...(before ? [{ label: "Before", isNumber: true }] : []),
        ],
        rows: points.map(({ date, value, complete }, index) => [
          `${day(date)}${complete === false ? " (so far)" : ""}`,
          measure(value, unit),
          ...(before ? [measure(then(index), unit)] : []),
        ]),
      }}
      records={{
        names: ["date", "value", ...(before ? ["before"] : [])],
        rows: points.map(({ date, value }, index) => [
          date,
          value,
          ...(before ? [then(index)] : []),
        ]),
      }}
    />
  );
}

/** Seconds are drawn as minutes, hours or days, so that the axis has round numbers of them. */
export function scaleOf(unit: string, points: Point[]): { unit: string; per: number } {
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
