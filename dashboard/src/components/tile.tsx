import { number, shown } from "../format.ts";
import { beforeOf, Change, type ChangeProps } from "./change.tsx";
import { Definition } from "./definition.tsx";
import { Sparkline } from "./sparkline.tsx";
import { WhyNull } from "./why_null.tsx";

/** A number as answers carry it. */
export interface MetricLike {
  key: string;
  label: string;
  unit: string;
  direction: ChangeProps["direction"];
  definition: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous?: { value: number | null } | null;
  change?: ChangeProps["change"];
}

interface Props {
  metric: MetricLike;
  /** The same number by day, oldest first. */
  series?: (number | null)[] | null;
  /** Where the whole story is. */
  href?: string;
  /** Whether that is what is shown below. */
  isCurrent?: boolean;
  /** A word of judgement, as a band or a status. */
  verdict?: { text: string; tone: "good" | "fair" | "poor" | "none" } | null;
  /** One more line, as what was left out. */
  note?: string | null;
  /** The level of its heading: one below what stands above it. */
  level?: 2 | 3;
}

/** A number with its unit, what it was before, how it went, and what it means. Fewer than this many rows are told as few. */
const few = 10;

export function Tile({ metric, series, href, isCurrent, verdict, note, level = 2 }: Props) {
  const { key, label, unit, value, n } = metric;
  const { text, unit: rest, exact } = shown(value, unit);
  const Heading = level === 2 ? "h2" : "h3";
  const kind = ["tile", n < few && value !== null && "few", series === undefined && "flat"]
    .filter(Boolean).join(" ");
  return (
    <article class={kind} data-metric={key}>
      <header>
        <Heading class="name">
          {href ? <a href={href} aria-current={isCurrent ? "true" : undefined}>{label}</a> : label}
        </Heading>
        <Definition label={label} id={metric.definition} n={n} />
      </header>
      <p class="figure" data-value={value ?? "null"}>
        {value === null
          ? <WhyNull reason={metric.null_reason} label={label} />
          : (
            <span title={exact}>
              {text}
              {rest !== "" && <small>{rest}</small>}
            </span>
          )}
      </p>
      <p class="below">
        <Change {...metric} change={metric.change} before={beforeOf(metric.previous, unit)} />
        {verdict && <span class={`verdict-chip ${verdict.tone}`}>{verdict.text}</span>}
        {n < few && value !== null && (
          <span class="fine">from {number(n)} {n === 1 ? "row" : "rows"} only</span>
        )}
        {note && <span class="fine">{note}</span>}
      </p>
      {series !== undefined && (
        <div class="spark">
          {series && series.some((one) => one !== null) && (
            <Sparkline values={series} label={`${label}, day by day`} />
          )}
        </div>
      )}
    </article>
  );
}
