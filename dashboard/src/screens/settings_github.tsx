import { useMutation } from "@tanstack/preact-query";
import { answerOf, api, queries, useAnswer } from "../api.ts";
import { Failed } from "../components/failed.tsx";
import { Field, Form } from "../components/form.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { time } from "../format.ts";
import { mayWrite, useOrganization } from "../organization.tsx";
import { DeadLetters } from "./settings_dead_letters.tsx";
import { Jobs } from "./settings_jobs.tsx";

/** How GitHub is read: with whose account, which repositories, and what could not be stored. */
export function GithubSettings() {
  const organization = useOrganization();
  return (
    <div class="pair">
      <div class="stack">
        <Jobs />
        <DeadLetters />
      </div>
      <div class="stack">
        {mayWrite(organization) && <Connection />}
        {mayWrite(organization) && <NewJob />}
      </div>
    </div>
  );
}

function Connection() {
  const { time_zone } = useOrganization();
  const answer = useAnswer(
    ["github-connection"],
    (signal) => api.GET("/v1/github/connection", { signal }),
  );
  const changed = () => queries.invalidateQueries({ queryKey: ["github-connection"] });
  const forget = useMutation({
    mutationFn: () => answerOf(api.DELETE("/v1/github/connection", {})),
    onSettled: changed,
  });
  if (answer.isError) return <Failed error={answer.error} retry={() => answer.refetch()} />;
  if (answer.data === undefined) return <Skeleton height={220} />;
  const { connection } = answer.data;
  return (
    <section class="card" aria-labelledby="connection">
      <h2 id="connection">Your GitHub account</h2>
      {connection !== null && (
        <>
          <p>
            <a href={`https://github.com/${connection.account_ref}`}>{connection.account_ref}</a>
            {" "}
            is connected.{" "}
            <span class="fine">
              {connection.expires_at === null
                ? `Since ${time(connection.created_at, time_zone)}.`
                : `Its token ends ${time(connection.expires_at, time_zone)}.`}
            </span>
          </p>
          <p>
            <button
              type="button"
              class="quiet danger"
              onClick={() =>
                confirm("Forget this account? Jobs that read with it stop.") && forget.mutate()}
            >
              Forget it
            </button>
          </p>
          {forget.isError && <Failed error={forget.error} />}
        </>
      )}
      <Form
        submit={connection === null ? "Connect" : "Replace the token"}
        words={{ upstream_error: "GitHub does not take this token." }}
        onSubmit={async (data) => {
          const body = { access_token: String(data.get("access_token")).trim() };
          await answerOf(api.PUT("/v1/github/connection", { body }));
          await changed();
        }}
      >
        <Field
          label="Token"
          name="access_token"
          type="password"
          autocomplete="off"
          required
          placeholder="github_pat_…"
          hint="A fine-grained token that reads contents, pull requests, issues, actions and deployments. It is stored encrypted and never shown."
        />
      </Form>
    </section>
  );
}

/** What the API takes where nothing is said. */
const usualJob = {
  retry_minutes: 10,
  active: true,
  incident_labels: ["incident"],
  deploy_environment: "production",
  deploy_branches: null,
  deploy_events: null,
  production_environments: null,
  since: null,
};

function NewJob() {
  const { id: org_id } = useOrganization();
  return (
    <section class="card">
      <h2>Read a repository</h2>
      <Form
        submit="Read it"
        words={{ conflict: "This repository is read already." }}
        onSubmit={async (data) => {
          const workflow = String(data.get("workflow")).trim();
          const body = {
            ...usualJob,
            org_id,
            repository: String(data.get("repository")).trim(),
            interval_minutes: Number(data.get("interval")),
            deploy_workflow: workflow === "" ? null : workflow,
          };
          await answerOf(api.POST("/v1/etl/jobs", { body }));
          await queries.invalidateQueries({ queryKey: ["jobs", org_id] });
        }}
      >
        <Field
          label="Repository"
          name="repository"
          required
          pattern="[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+"
          placeholder="octocat/hello-world"
        />
        <Field
          label="Minutes from one time to the next"
          name="interval"
          type="number"
          min={5}
          max={10080}
          value={60}
          required
        />
        <Field
          label="Workflow that deploys"
          name="workflow"
          placeholder="deploy.yml"
          hint="Only where deployments are runs of a workflow, and not GitHub's own."
        />
      </Form>
    </section>
  );
}
