import { trackEvents } from "../helpers/analytics/tracked.ts";
import type { Sample, Subject } from "./route_samples.ts";

const badRange = {
  request: { query: { start: "2026-02-30", compare: "last", format: "xlsx" } },
  paths: ["start", "compare", "format"],
};
const inOrg = { valid: ({ orgId: org_id }: Subject) => ({ query: { org_id } }), invalid: badRange };
const notAnOrg = {
  request: { params: { id: "u:ann" }, query: { org_id: "mine" } },
  paths: ["org_id"],
};
const githubRead: Sample = {
  valid: ({ orgId: org_id }) => ({ query: { org_id, start: "2025-03-03", end: "2025-03-16" } }),
  invalid: {
    request: { query: { org_id: "mine", start: "2025-02-30", team: " ", repository: "" } },
    paths: ["org_id", "start", "team", "repository"],
  },
};
const githubPage: Sample = {
  ...githubRead,
  invalid: {
    request: { query: { end: "today", page: 0, page_size: 101 } },
    paths: ["end", "page", "page_size"],
  },
};

/** The samples of the function `analytics`. Who or what a request names has been tracked before it. */
export const analyticsSamples: Record<string, Sample> = {
  "GET /v1/analytics": {
    ...inOrg,
    invalid: {
      request: { query: { start: "16.11.2026", age_group: "teen", gender: "male" } },
      paths: ["start", "age_group", "gender"],
    },
  },
  "GET /v1/analytics/active-users": inOrg,
  "GET /v1/analytics/retention": {
    ...inOrg,
    invalid: {
      request: { query: { interval: "year", periods: 61, breakdown: "plan" } },
      paths: ["interval", "periods", "breakdown"],
    },
  },
  "GET /v1/analytics/funnel": {
    valid: async ({ orgId: org_id }) => {
      await track(org_id);
      return { query: { org_id, steps: "open,save" } };
    },
    invalid: {
      request: { query: { steps: "open", window: "7", order: "any" } },
      paths: ["steps", "window", "order"],
    },
  },
  "GET /v1/analytics/breakdown": {
    valid: ({ orgId: org_id }) => ({ query: { org_id, breakdown: "gender" } }),
    invalid: { request: { query: { breakdown: "name", limit: 0 } }, paths: ["breakdown", "limit"] },
  },
  "GET /v1/analytics/sessions": inOrg,
  "GET /v1/analytics/export": {
    ...inOrg,
    invalid: {
      request: { query: { start: "2026-02-30", format: "xlsx", after: "1", limit: 0 } },
      paths: ["start", "format", "after", "limit"],
    },
  },
  "GET /v1/analytics/flow": {
    valid: async ({ orgId: org_id }) => {
      await track(org_id);
      return { query: { org_id, event: "open" } };
    },
    invalid: { request: { query: { event: " ", depth: 6 } }, paths: ["event", "depth"] },
  },
  "GET /v1/analytics/events": {
    ...inOrg,
    invalid: { request: { query: { page: 0, page_size: 101 } }, paths: ["page", "page_size"] },
  },
  "GET /v1/analytics/properties": inOrg,
  "GET /v1/analytics/drops": inOrg,
  "GET /v1/analytics/github/code-quality": githubRead,
  "GET /v1/analytics/github/contributors": githubPage,
  "GET /v1/analytics/github/repositories": githubPage,
  "GET /v1/analytics/live": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine" } }, paths: ["org_id"] },
  },
  "GET /v1/analytics/persons": {
    valid: ({ orgId: org_id }) => ({ query: { org_id, search: "ann" } }),
    invalid: {
      request: { query: { org_id: "mine", search: " ", limit: 101 } },
      paths: ["org_id", "search", "limit"],
    },
  },
  "GET /v1/analytics/persons/{id}": { valid: ann, invalid: notAnOrg },
  "GET /v1/analytics/persons/{id}/export": { valid: ann, invalid: notAnOrg },
  "DELETE /v1/analytics/persons/{id}": { valid: ann, invalid: notAnOrg },
};

async function ann({ orgId: org_id }: Subject) {
  await track(org_id);
  return { params: { id: "u:ann" }, query: { org_id } };
}

async function track(orgId: string): Promise<void> {
  const now = new Date().toISOString();
  await trackEvents(orgId, [[now, "open", "u:ann"], [now, "save", "u:ann"]]);
}
