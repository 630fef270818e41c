import assert from "node:assert/strict";
import { hoursAgo, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api } from "../helpers/stack/api.ts";
import type { Sample, Subject } from "./route_samples.ts";

const inOrg = ({ orgId: org_id }: Subject) => ({ query: { org_id } });
const badWindow = { request: { query: { org_id: "mine", since: 0 } }, paths: ["org_id", "since"] };
const budget = { developer_id: "ann", period: "week", limit_usd: 50 };

/** The samples of AI-assisted development. */
export const aiSamples: Record<string, Sample> = {
  "GET /v1/metrics": { valid: inOrg, invalid: badWindow },
  "GET /v1/metrics/raw": { valid: inOrg, invalid: badWindow },
  "GET /v1/profile": {
    valid: async ({ orgId: org_id }) => {
      await storeSessions(org_id, [{ at: hoursAgo(1), developer: "ann" }]);
      return { query: { org_id, developer_id: "ann" } };
    },
    invalid: {
      request: { query: { developer_id: " ", since: 366 } },
      paths: ["developer_id", "since"],
    },
  },
  "GET /v1/insights": {
    valid: inOrg,
    invalid: {
      request: { query: { since: "week", lag_days: 15, metrics: "," } },
      paths: ["since", "lag_days", "metrics"],
    },
  },
  "POST /v1/insights/budgets": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, ...budget } }),
    invalid: {
      request: { body: { developer_id: " ", period: "year", limit_usd: 0 } },
      paths: ["developer_id", "period", "limit_usd"],
    },
  },
  "GET /v1/insights/budgets": {
    valid: inOrg,
    invalid: {
      request: { query: { org_id: "mine", page: 0, page_size: 101 } },
      paths: ["page", "page_size", "org_id"],
    },
  },
  "DELETE /v1/insights/budgets/{id}": {
    valid: async ({ orgId: org_id }) => {
      const { body, text } = await api("/insights/budgets", {
        method: "POST",
        as: "service",
        body: { org_id, ...budget },
      });
      assert.ok(body["id"], text);
      return { params: { id: String(body["id"]) }, query: { org_id } };
    },
    invalid: { request: { params: { id: "mine" } }, paths: ["id"] },
  },
  "POST /v1/insights/budgets/alerts": { valid: () => ({}) },
};
