import type { Sample, Subject } from "./route_samples.ts";

const read: Sample = {
  valid: ({ orgId: org_id }: Subject) => ({
    query: { org_id, start: "2025-03-03", end: "2025-03-16" },
  }),
  invalid: {
    request: { query: { org_id: "mine", start: "2025-02-30", team: " ", report_year: "2019" } },
    paths: ["org_id", "team", "start", "report_year"],
  },
};
const metric: Sample = {
  ...read,
  invalid: {
    request: { query: { end: "today", drill: "yes", page: 0, page_size: 101 } },
    paths: ["end", "page", "page_size", "drill"],
  },
};

/** The samples of the reads under /metrics/dora. */
export const doraSamples: Record<string, Sample> = {
  "GET /v1/metrics/dora": read,
  "GET /v1/metrics/dora/lead-time": metric,
  "GET /v1/metrics/dora/deployment-frequency": metric,
  "GET /v1/metrics/dora/change-failure-rate": metric,
  "GET /v1/metrics/dora/recovery-time": metric,
  "GET /v1/metrics/dora/rework-rate": metric,
  "GET /v1/metrics/dora/trend": {
    ...read,
    invalid: {
      request: { query: { start: "2025-03-16", end: "2025-03-03", interval: "hour" } },
      paths: ["interval"],
    },
  },
  "GET /v1/metrics/dora/breakdown": {
    ...read,
    invalid: {
      request: { query: { end: "today", breakdown: "person", page: 0, page_size: 101 } },
      paths: ["end", "page", "page_size", "breakdown"],
    },
  },
  "GET /v1/metrics/dora/filter-options": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine" } }, paths: ["org_id"] },
  },
  "POST /v1/metrics/dora/forecast": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, metric: "lead_time", horizon: 4 } }),
    invalid: {
      request: { body: { metric: "velocity", horizon: 27, weeks: 4 } },
      paths: ["metric", "horizon", "weeks"],
    },
  },
};
