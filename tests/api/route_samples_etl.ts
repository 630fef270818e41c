import { sqlRow } from "../helpers/stack/database.ts";
import { newName } from "../helpers/delivery/etl.ts";
import { deliveryRequest } from "../helpers/github/webhooks.ts";
import type { Sample, Subject } from "./route_samples.ts";

const badOrg = { request: { query: { org_id: "mine", page: 0 } }, paths: ["page", "org_id"] };
const badId = { request: { params: { id: "mine" } }, paths: ["id"] };

/** The samples of the function `etl`, and of the webhook that its jobs go with. */
export const etlSamples: Record<string, Sample> = {
  "GET /v1/etl/jobs": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: badOrg,
  },
  "POST /v1/etl/jobs": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, repository: newName() } }),
    invalid: {
      request: { body: { repository: "octocat", interval_minutes: 1, deploy_workflow: "deploy" } },
      paths: ["repository", "interval_minutes", "deploy_workflow"],
    },
  },
  "GET /v1/etl/jobs/{id}": { valid: ofJob(), invalid: badId },
  "PATCH /v1/etl/jobs/{id}": {
    valid: ofJob({ body: { active: false } }),
    invalid: {
      request: {
        params: { id: crypto.randomUUID() },
        body: { retry_minutes: 0, repository: "a/b" },
      },
      paths: ["retry_minutes", "repository"],
    },
  },
  "POST /v1/etl/jobs/{id}/run": { valid: ofJob(), invalid: badId },
  "POST /v1/etl/jobs/{id}/reset": { valid: ofJob(), invalid: badId },
  "GET /v1/etl/jobs/{id}/runs": {
    valid: ofJob({ query: { page: 1 } }),
    invalid: {
      request: { params: { id: crypto.randomUUID() }, query: { page_size: 101 } },
      paths: ["page_size"],
    },
  },
  "GET /v1/etl/runs/{id}": { valid: ofRun, invalid: badId },
  "GET /v1/etl/runs/{id}/events": { valid: ofRun, invalid: badId },
  "GET /v1/etl/status": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine" } }, paths: ["org_id"] },
  },
  "GET /v1/etl/dead-letters": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine", state: "lost" } }, paths: ["org_id", "state"] },
  },
  "POST /v1/etl/dead-letters/{id}/replay": {
    valid: async ({ orgId }) => {
      const { id } = await sqlRow<{ id: string }>(
        `insert into private.etl_dead_letters (org_id, key, kind, item, code, reason)
         values ($1::uuid, gen_random_uuid()::text, 'release', '{"repository": "octo/sample"}', 'invalid', 'Tests') returning id`,
        orgId,
      );
      return { params: { id } };
    },
    invalid: badId,
  },
  "POST /v1/etl/tick": {
    // A job that is not there: others' are not this test's to work.
    valid: () => ({ body: { job_id: crypto.randomUUID() } }),
    invalid: { request: { body: { job_id: "all" } }, paths: ["job_id"] },
  },
  "POST /v1/github/webhook": {
    valid: () => deliveryRequest("ping", { zen: "Favor focus over features." }),
    get invalid() {
      const { "x-github-event": _, ...headers } = deliveryRequest("ping", {}).headers ?? {};
      return {
        request: { ...deliveryRequest("ping", {}), headers },
        paths: ["x-github-event"],
      };
    },
  },
};

/** A request about a job of the organization that no other request is about. */
function ofJob(request: object = {}) {
  return async ({ orgId }: Subject) => ({ ...request, params: { id: await newJobOf(orgId) } });
}

/** A request about a run that is over. */
async function ofRun({ orgId }: Subject) {
  const { id } = await sqlRow<{ id: string }>(
    `insert into private.etl_runs (job_id, org_id, trigger, state, started_at, finished_at)
     values ($1::uuid, $2::uuid, 'request', 'FINISHED', now(), now()) returning id`,
    await newJobOf(orgId),
    orgId,
  );
  return { params: { id } };
}

async function newJobOf(orgId: string): Promise<string> {
  const { id } = await sqlRow<{ id: string }>(
    `insert into private.etl_jobs (org_id, repository, reads_as, settings, interval_minutes, retry_minutes, active, next_run_at)
     values ($1::uuid, $2, 'connection',
       '{"incident_labels": [], "deploy_workflow": null, "deploy_environment": "production", "since": null}', 60, 10, false, null)
     returning id`,
    orgId,
    newName(),
  );
  return id;
}
