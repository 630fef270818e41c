import { api } from "../helpers/stack/api.ts";
import { stored } from "../helpers/delivery/delivery.ts";
import type { Sample, Subject } from "./route_samples.ts";

const time = "2026-11-02T09:00:00Z";
const pull = { external_id: "7", state: "open", created_at: time };
const review = {
  pull_request: "7",
  external_id: "1",
  state: "approved",
  submitted_at: time,
};
const notATeam = { request: { params: { id: "mine" } }, paths: ["id"] };

/** The samples of what takes delivery in, and of the function `teams`. What a request uses up, it is given anew. */
export const deliverySamples: Record<string, Sample> = {
  "POST /v1/metrics/dora/deployments": {
    valid: posted({ external_id: "1", status: "success", created_at: time }),
    invalid: {
      request: { body: { repository: "acme/shop", external_id: "1", status: "done" } },
      paths: ["status", "created_at"],
    },
  },
  "POST /v1/metrics/dora/commits": {
    valid: posted({ sha: "9fceb02d", authored_at: time, committed_at: time }),
    invalid: {
      request: { body: { repository: "", sha: "HEAD", authored_at: time, committed_at: "2 pm" } },
      paths: ["repository", "sha", "committed_at"],
    },
  },
  "POST /v1/metrics/dora/pull-requests": {
    valid: posted({ external_id: "7", state: "open", created_at: time }),
    invalid: {
      request: {
        body: { repository: "acme/shop", external_id: "7", state: "merged", created_at: time },
      },
      paths: ["merged_at"],
    },
  },
  "POST /v1/metrics/dora/incidents": {
    valid: posted({ external_id: "1", created_at: time }),
    invalid: { request: { body: { items: [] } }, paths: ["items"] },
  },
  "POST /v1/metrics/dora/reviews": {
    valid: async (who) => {
      await stored(who.orgId, "pull_request", pull);
      return { query: { org_id: who.orgId }, body: { repository: "acme/shop", ...review } };
    },
    invalid: {
      request: { body: { repository: "acme/shop", ...review, state: "liked" } },
      paths: ["state"],
    },
  },
  "DELETE /v1/metrics/dora/deployments": {
    valid: existing("deployment", { external_id: "1", status: "success", created_at: time }),
    invalid: { request: { query: { repository: "acme/shop" } }, paths: ["external_id"] },
  },
  "DELETE /v1/metrics/dora/commits": {
    valid: existing("commit", { sha: "9fceb02d", authored_at: time, committed_at: time }),
    invalid: { request: { query: { sha: "9fceb02d" } }, paths: ["repository"] },
  },
  "DELETE /v1/metrics/dora/pull-requests": {
    valid: existing("pull_request", pull),
    invalid: { request: { query: { repository: "acme/shop" } }, paths: ["external_id"] },
  },
  "DELETE /v1/metrics/dora/incidents": {
    valid: existing("incident", { external_id: "1", created_at: time }),
    invalid: { request: { query: { repository: "acme/shop" } }, paths: ["external_id"] },
  },
  "DELETE /v1/metrics/dora/reviews": {
    valid: async (who) => {
      await stored(who.orgId, "pull_request", pull);
      return await existing("review", review)(who);
    },
    invalid: {
      request: { query: { repository: "acme/shop", external_id: "1" } },
      paths: ["pull_request"],
    },
  },
  "GET /v1/teams": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine", page: 0 } }, paths: ["page", "org_id"] },
  },
  "POST /v1/teams": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, name: `Team ${crypto.randomUUID()}` } }),
    invalid: { request: { body: { name: " ", boss: "me" } }, paths: ["name", "boss"] },
  },
  "GET /v1/teams/{id}": { valid: aTeam, invalid: notATeam },
  "PATCH /v1/teams/{id}": {
    valid: async (who) => ({
      ...await aTeam(who),
      body: { name: `Team ${crypto.randomUUID()}` },
    }),
    invalid: {
      request: { params: { id: "00000000-0000-4000-8000-0000000000c1" }, body: {} },
      paths: ["name"],
    },
  },
  "DELETE /v1/teams/{id}": { valid: aTeam, invalid: notATeam },
  "PUT /v1/teams/{id}/members/{login}": { valid: octocat, invalid: noMember() },
  "DELETE /v1/teams/{id}/members/{login}": { valid: octocat, invalid: noMember() },
  "PUT /v1/teams/{id}/repositories": { valid: theirShop, invalid: noRepository() },
  "DELETE /v1/teams/{id}/repositories": { valid: theirShop, invalid: noRepository() },
};

/** A thing that is stored before it is deleted, and the query that names it. */
function existing(kind: string, item: Record<string, string>) {
  return async ({ orgId: org_id }: Subject) => {
    await stored(org_id, kind, item);
    const { external_id, sha, pull_request } = item;
    const key = Object.entries({ external_id, sha, pull_request })
      .flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const]);
    return { query: { org_id, repository: "acme/shop", ...Object.fromEntries(key) } };
  };
}

function posted(item: Record<string, unknown>): Sample["valid"] {
  return ({ orgId: org_id }) => ({ query: { org_id }, body: { repository: "acme/shop", ...item } });
}

async function aTeam({ orgId }: Subject) {
  const { body } = await api<{ id: string }>("/teams", {
    method: "POST",
    as: "service",
    body: { org_id: orgId, name: `Team ${crypto.randomUUID()}` },
  });
  return { params: { id: body.id } };
}

async function octocat(who: Subject) {
  const { params } = await aTeam(who);
  return { params: { ...params, login: "Octocat" } };
}

async function theirShop(who: Subject) {
  await stored(who.orgId, "repository", {});
  return { ...await aTeam(who), query: { repository: "acme/shop" } };
}

function noMember() {
  return { request: { params: { id: "mine", login: "octocat" } }, paths: ["id"] };
}

function noRepository() {
  return {
    request: {
      params: { id: "00000000-0000-4000-8000-0000000000c1" },
      query: { repository: "" },
    },
    paths: ["repository"],
  };
}
