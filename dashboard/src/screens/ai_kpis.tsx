import { api, useAnswer } from "../api.ts";
import { Empty } from "../components/empty.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { Tile } from "../components/tile.tsx";
import { useRange } from "../organization.tsx";
import { snippetsOf } from "../snippets.ts";
import { targetVerdict } from "../verdict.ts";
import { sectionUrl, useView } from "../view.ts";

/** The KPIs of AI-assisted development against their targets. */
export function Kpis() {
  const range = useRange();
  const answer = useAnswer(
    ["ai-kpis", range],
    (signal) => api.GET("/v1/metrics", { params: { query: range }, signal }),
  );
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={480} />;
  const { metrics } = answer.data;
  const missed = metrics.filter(({ status }) => status === "warning" || status === "critical");
  const judged = metrics.filter(({ status }) => status !== "unknown");
  if (
    metrics.every(({ value, previous }) => value === null && (previous?.value ?? null) === null)
  ) {
    return <NoSessions />;
  }
  return (
    <>
      <p class="fine">
        {judged.length - missed.length} of {judged.length} are on target. Targets are the same for
        {" "}
        everybody; what they mean stands behind each question mark.
      </p>
      <div class={answer.isPlaceholderData ? "tiles three stale" : "tiles three"}>
        {metrics.map((metric) => (
          <Tile key={metric.key} metric={metric} verdict={targetVerdict(metric)} />
        ))}
      </div>
    </>
  );
}

/** What stands where no call to a model has arrived: how to send them. */
export function NoSessions() {
  const { view } = useView();
  const otlp = snippetsOf("ll_…", false).find(({ label }) => label.startsWith("OpenTelemetry"));
  return (
    <Empty title="No AI session is known in these days" snippet={otlp?.code ?? ""}>
      <p>
        Claude Code, and whatever else exports OpenTelemetry, sends its calls by itself. Make the
        {" "}
        key in <a href={sectionUrl(view, "settings", { tab: "keys" })}>Settings</a>, then:
      </p>
    </Empty>
  );
}
