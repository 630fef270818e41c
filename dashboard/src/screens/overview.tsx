import { useMemo } from "preact/hooks";
import { api, type Schemas, useAnswer } from "../api.ts";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Series } from "../components/series.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Tile } from "../components/tile.tsx";
import { marksOf } from "../marks.ts";
import { measure } from "../format.ts";
import { useRange, useReach } from "../organization.tsx";
import { snippetsOf } from "../snippets.ts";
import { bandTones, targetVerdict } from "../verdict.ts";
import { sectionUrl, useView, type View } from "../view.ts";

type Overview = Schemas["DashboardOverview"];
type OverviewTile = Schemas["OverviewTile"];
type Pillar = Overview["bands"][number]["pillar"];

/** What each pillar is called, and the section that has the whole of it. */
const pillars: Record<Pillar, { label: string; section: string | null }> = {
  marketing: { label: "Marketing", section: null },
  product: { label: "Product", section: "product" },
  delivery: { label: "Delivery", section: "delivery" },
  ai: { label: "AI-assisted development", section: "ai" },
};

/** The section that has the whole of a pillar, where there is one to go to. */
function useSectionOf(): (pillar: Pillar) => string | null {
  const isInReach = useReach();
  return (pillar) => {
    const { section } = pillars[pillar];
    return section !== null && isInReach(section) ? section : null;
  };
}

/** What a first event looks like, for an organization that has nothing yet. */
const firstEvent = snippetsOf("ll_…", false)[0]?.code ?? "";

/** The first view: all four pillars over the same days, from one answer. */
export function Overview() {
  const range = useRange();
  const { view } = useView();
  const { data, error, isError, isPlaceholderData, refetch } = useAnswer(
    ["overview", range],
    (signal) => api.GET("/v1/dashboard/overview", { params: { query: range }, signal }),
  );
  if (isError) return <Failed error={error} retry={() => refetch()} />;
  if (data === undefined) return <Waiting />;
  const isEmpty = data.bands.every(({ tiles }) =>
    tiles.every(({ value, previous }) => value === null && (previous?.value ?? null) === null)
  );
  if (isEmpty) {
    return (
      <Empty title="Nothing has arrived in these days" snippet={firstEvent}>
        <p>
          Make an ingest key in{" "}
          <a href={`${sectionUrl(view, "settings")}`}>Settings</a>, and send a first event with it:
        </p>
      </Empty>
    );
  }
  return (
    <div class={isPlaceholderData ? "stale" : undefined}>
      <div class="pair band">
        <Trend overview={data} />
        <Findings overview={data} view={view} />
      </div>
      {data.bands.map((band) => <Band key={band.pillar} band={band} view={view} />)}
    </div>
  );
}

function Trend({ overview: { trend, shipped } }: { overview: Overview }) {
  const marks = useMemo(() => marksOf(shipped), [shipped]);
  return (
    <Series
      label={trend.label}
      unit={trend.unit}
      points={trend.points}
      before={trend.previous}
      marks={marks}
      height={316}
    />
  );
}

function Findings(
  { overview: { findings, comparison }, view }: { overview: Overview; view: View },
) {
  return (
    <section class="card" aria-labelledby="findings">
      <h2 id="findings">What stands out</h2>
      {findings.length === 0
        ? (
          <p class="fine">
            {comparison === null
              ? "Compare these days with others to see what changed."
              : "A steady time: nothing moved by 5% or more."}
          </p>
        )
        : (
          <ol class="findings">
            {findings.map((finding) => (
              <li key={finding.pillar + finding.key}>
                <Sign finding={finding} />
                <Sentence finding={finding} view={view} />
              </li>
            ))}
          </ol>
        )}
    </section>
  );
}

type Finding = Overview["findings"][number];

const verdicts = { good: "better", bad: "worse", neutral: "" } as const;

function Sign({ finding: { kind, change, tone } }: { finding: Finding }) {
  const sign = kind === "quiet" ? "○" : kind === "new" ? "+" : (change?.value ?? 0) > 0 ? "↑" : "↓";
  return <span class={`sign ${verdicts[tone]}`} aria-hidden="true">{sign}</span>;
}

function Sentence({ finding, view }: { finding: Finding; view: View }) {
  const { pillar, label, unit, kind, tone, value, previous, change } = finding;
  const section = useSectionOf()(pillar);
  const name = section === null
    ? <strong>{label}</strong>
    : <a href={sectionUrl(view, section)}>{label}</a>;
  if (kind === "quiet") {
    return <p>{name} went quiet: nothing now, {measure(previous, unit)} before.</p>;
  }
  if (kind === "new") return <p>{name} came to {measure(value, unit)}, after nothing before.</p>;
  const by = Math.abs(change?.value ?? 0);
  const size = change?.unit === "points"
    ? `${measure(by, "%").replace("%", "")} points`
    : measure(by, "%");
  return (
    <p>
      {name} {(change?.value ?? 0) > 0 ? "rose" : "fell"} by {size}, from {measure(previous, unit)}
      {" "}
      to {measure(value, unit)}
      {tone !== "neutral" && (
        <>
          , <span class={`change ${verdicts[tone]}`}>{verdicts[tone]}</span>
        </>
      )}.
    </p>
  );
}

function Band({ band: { pillar, tiles }, view }: { band: Overview["bands"][number]; view: View }) {
  const { label } = pillars[pillar];
  const section = useSectionOf()(pillar);
  const href = section === null ? undefined : sectionUrl(view, section);
  return (
    <section class="band" aria-labelledby={`band-${pillar}`}>
      <header>
        <h2 id={`band-${pillar}`}>{label}</h2>
        {href && <a href={href}>All of {label.split("-")[0]}</a>}
      </header>
      <div class="tiles">
        {tiles.map((tile) => (
          <Tile
            key={tile.key}
            level={3}
            metric={tile}
            series={tile.series}
            href={href}
            verdict={verdictOf(tile)}
          />
        ))}
      </div>
    </section>
  );
}

/** The band of a metric of DORA, or how a KPI stands to its target. */
function verdictOf(tile: OverviewTile) {
  const { band } = tile;
  return band === null ? targetVerdict(tile) : { text: band, tone: bandTones[band] };
}

function Waiting() {
  return (
    <>
      <div class="pair band">
        <Skeleton height={330} />
        <Skeleton height={330} />
      </div>
      {Object.keys(pillars).map((pillar) => (
        <div key={pillar} class="band">
          <Skeleton height={196} />
        </div>
      ))}
    </>
  );
}
