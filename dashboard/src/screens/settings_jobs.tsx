import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, type Schemas, useAnswer } from "../api.ts";
import { DataTable } from "../components/data_table.tsx";
import { Failed } from "../components/failed.tsx";
import { Instant } from "../components/instant.tsx";
import { Progress } from "../components/progress.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { number, unknown } from "../format.ts";
import { mayWrite, useOrganization } from "../organization.tsx";
import { useRunProgress } from "../run_progress.ts";
import { useView } from "../view.ts";

type Job = Schemas["EtlJob"];

const states = {
  READY: { text: "waiting", tone: "none" },
  RUNNING: { text: "reading", tone: "none" },
  FINISHED: { text: "up to date", tone: "good" },
  FAILED: { text: "failed", tone: "poor" },
} as const;

/** The repositories that are read, with how far each is. */
export function Jobs() {
  const organization = useOrganization();
  const { id: org_id } = organization;
  const { view } = useView();
  const query = { org_id, page: Number(view.query["page"] ?? 1) };
  const jobs = useAnswer(
    ["jobs", org_id, query],
    (signal) => api.GET("/v1/etl/jobs", { params: { query }, signal }),
    { refetchInterval: 15_000 },
  );
  const changed = () => queries.invalidateQueries({ queryKey: ["jobs", org_id] });
  const act = useMutation({
    mutationFn: ({ id, what }: { id: string; what: "run" | "pause" | "resume" | "reset" }) => {
      const params = { path: { id } };
      if (what === "run") return answerOf(api.POST("/v1/etl/jobs/{id}/run", { params }));
      if (what === "reset") return answerOf(api.POST("/v1/etl/jobs/{id}/reset", { params }));
      const body = { active: what === "resume" };
      return answerOf<unknown>(api.PATCH("/v1/etl/jobs/{id}", { params, body }));
    },
    onSettled: changed,
  });
  if (jobs.isError) return <Failed error={jobs.error} retry={() => jobs.refetch()} />;
  if (jobs.data === undefined) return <Skeleton height={240} />;
  return (
    <>
      {act.isError && <Failed error={act.error} />}
      <DataTable
        caption="Repositories that are read"
        page={jobs.data}
        rows={jobs.data.items}
        keyOf={({ id }) => id}
        empty="No repository is read yet."
        columns={[
          {
            key: "repository",
            label: "Repository",
            cell: (job) => (
              <>
                <a href={`https://github.com/${job.repository}`}>{job.repository}</a>
                <br />
                <span class="fine">
                  {job.active ? `every ${number(job.interval_minutes)} min` : "paused"}
                </span>
              </>
            ),
          },
          {
            key: "state",
            label: "State",
            cell: (job) => <State job={job} ended={() => void changed()} />,
          },
          {
            key: "last",
            label: "Last read",
            cell: ({ last_run }) =>
              last_run?.finished_at ? <Instant at={last_run.finished_at} /> : unknown,
          },
          ...mayWrite(organization)
            ? [{
              key: "actions",
              label: "Actions",
              isQuiet: true,
              cell: ({ id, state, active, repository }: Job) => (
                <span class="buttons">
                  <button
                    type="button"
                    class="quiet"
                    disabled={state === "RUNNING" || act.isPending}
                    aria-label={`Read now: ${repository}`}
                    onClick={() => act.mutate({ id, what: "run" })}
                  >
                    Read now
                  </button>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`${active ? "Pause" : "Go on"}: ${repository}`}
                    onClick={() => act.mutate({ id, what: active ? "pause" : "resume" })}
                  >
                    {active ? "Pause" : "Go on"}
                  </button>
                  <button
                    type="button"
                    class="quiet danger"
                    aria-label={`Start over: ${repository}`}
                    onClick={() =>
                      confirm(`Read all of ${repository} again? What is stored stays.`) &&
                      act.mutate({ id, what: "reset" })}
                  >
                    Start over
                  </button>
                </span>
              ),
            }]
            : [],
        ]}
      />
    </>
  );
}

/** How a job stands; while it runs, how far it is. */
function State({ job, ended }: { job: Job; ended(): void }) {
  const { state, last_run, reason, repository } = job;
  const isUnderWay = state === "RUNNING" || state === "READY";
  const run = useRunProgress(isUnderWay ? last_run?.id ?? null : null, ended);
  const { text, tone } = states[state];
  const step = run?.steps.find((one) => one.state === "RUNNING");
  return (
    <>
      <span class={`verdict-chip ${tone}`}>{text}</span>
      {run?.state === "RUNNING" && (
        <>
          <Progress
            label={`Reading ${repository}`}
            done={run.percentage === null ? null : run.percentage / 100}
            secondsLeft={run.seconds_left}
          />
          {step && <span class="fine">{step.name.replaceAll("_", " ")}</span>}
        </>
      )}
      {reason && <p class="fine">{reason}</p>}
    </>
  );
}
