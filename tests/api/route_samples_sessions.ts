import { api } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import type { Sample, Subject } from "./route_samples.ts";

const inOrg = ({ orgId: org_id }: Subject) => ({ query: { org_id } });
const notAnOrg = { request: { query: { org_id: "mine" } }, paths: ["org_id"] };
const badPage = { request: { query: { page: 0, org_id: "mine" } }, paths: ["org_id", "page"] };
const record = { id: "sample", timestamp: "2026-11-16T09:30:00Z", model: "local-llm" };
const price = { model: "local-llm", valid_from: "2026-01-01", input_usd: 1, output_usd: 2 };
const policy = { repository: "acme/shop", models: ["local-*"] };

/** The samples of the function `sessions`. What a request takes away has been put there before it. */
export const sessionsSamples: Record<string, Sample> = {
  "POST /v1/sessions/ingest": {
    valid: ({ orgId: org_id }) => ({ query: { org_id }, body: record }),
    invalid: { request: { query: { org_id: "mine" }, body: record }, paths: ["org_id"] },
  },
  "POST /v1/sessions/otlp/v1/{signal}": {
    valid: ({ orgId: org_id }) => ({ params: { signal: "traces" }, query: { org_id }, body: {} }),
    invalid: {
      request: { params: { signal: "traces" }, query: { org_id: "mine" }, body: {} },
      paths: ["org_id"],
    },
  },
  "GET /v1/sessions": {
    valid: inOrg,
    invalid: {
      request: {
        query: { page_size: 101, start: "2026-02-30", sort_by: "name", sort_order: "up" },
      },
      paths: ["page_size", "start", "sort_by", "sort_order"],
    },
  },
  "GET /v1/sessions/{id}": {
    valid: async ({ orgId: org_id }) => ({
      params: { id: await sessionOf(org_id) },
      query: { org_id },
    }),
    invalid: { request: { params: { id: "first" } }, paths: ["id"] },
  },
  "GET /v1/sessions/yield": {
    valid: inOrg,
    invalid: { request: { query: { start: "2026-02-02", end: "2026-02-01" } }, paths: ["end"] },
  },
  "GET /v1/sessions/spend": {
    valid: inOrg,
    invalid: {
      request: { query: { breakdown: "mood", start: "2026-02-30" } },
      paths: ["breakdown", "start"],
    },
  },
  "GET /v1/sessions/usage": {
    valid: inOrg,
    invalid: { request: { query: { start: "2026-02-02", end: "2026-02-01" } }, paths: ["end"] },
  },
  "GET /v1/sessions/forecast": { valid: inOrg, invalid: notAnOrg },
  "GET /v1/sessions/changes": {
    valid: inOrg,
    invalid: { request: { query: { compare: "none" } }, paths: ["compare"] },
  },
  "GET /v1/sessions/sources": { valid: inOrg, invalid: notAnOrg },
  "GET /v1/sessions/developers": { valid: inOrg, invalid: notAnOrg },
  "PUT /v1/sessions/developers": {
    valid: ({ orgId: org_id }) => ({
      query: { org_id },
      body: { developer_id: "ada@example.com", aliases: ["ada-laptop"] },
    }),
    invalid: {
      request: { body: { developer_id: "", aliases: "ada" } },
      paths: ["developer_id", "aliases"],
    },
  },
  "GET /v1/sessions/prices": { valid: inOrg, invalid: notAnOrg },
  "PUT /v1/sessions/prices": {
    valid: ({ orgId: org_id }) => ({ query: { org_id }, body: price }),
    invalid: {
      request: { body: { ...price, valid_from: "today", input_usd: -1 } },
      paths: ["valid_from", "input_usd"],
    },
  },
  "DELETE /v1/sessions/prices": {
    valid: async ({ orgId: org_id }) => {
      await put("/sessions/prices", org_id, price);
      return { query: { org_id, model: price.model, valid_from: price.valid_from } };
    },
    invalid: { request: { query: {} }, paths: ["model", "valid_from"] },
  },
  "GET /v1/sessions/policies": { valid: inOrg, invalid: notAnOrg },
  "PUT /v1/sessions/policies": {
    valid: ({ orgId: org_id }) => ({ query: { org_id }, body: policy }),
    invalid: {
      request: { body: { repository: " ", models: [] } },
      paths: ["repository", "models"],
    },
  },
  "DELETE /v1/sessions/policies": {
    valid: async ({ orgId: org_id }) => {
      await put("/sessions/policies", org_id, policy);
      return { query: { org_id, repository: policy.repository } };
    },
    invalid: { request: { query: {} }, paths: ["repository"] },
  },
  "GET /v1/sessions/dead-letters": { valid: inOrg, invalid: badPage },
};

/** The id of the sample's session, which is there. */
async function sessionOf(org_id: string): Promise<string> {
  await api("/sessions/ingest", { method: "POST", as: "service", query: { org_id }, body: record });
  const { id } = await sqlRow<{ id: string }>(
    "select id from private.ai_sessions where org_id = $1::uuid and external_id = 'sample'",
    org_id,
  );
  return id;
}

async function put(path: string, org_id: string, body: unknown): Promise<void> {
  await api(path, { method: "PUT", as: "service", query: { org_id }, body });
}
