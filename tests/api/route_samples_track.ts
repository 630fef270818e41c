import { createApiKey } from "../../supabase/functions/_shared/http/api_key.ts";
import type { Sample } from "./route_samples.ts";

const { key } = createApiKey("a secret of these samples");

const invalidOrg = (body: Record<string, unknown>) => ({
  request: { body: { org_id: "mine", ...body } },
  paths: ["org_id"],
});

/** The samples of the function `track`. */
export const trackSamples: Record<string, Sample> = {
  "POST /v1/track": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, feature_name: "opened" } }),
    invalid: invalidOrg({ feature_name: "opened" }),
  },
  "POST /v1/track/batch": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, batch: [{ feature_name: "opened" }] } }),
    invalid: { request: { body: { batch: [], org_id: "mine" } }, paths: ["batch", "org_id"] },
  },
  "POST /v1/track/identify": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, user_id: "ada", age: 36 } }),
    invalid: {
      request: { body: { user_id: "", age: 151, gender: "?" } },
      paths: ["user_id", "age", "gender"],
    },
  },
  "POST /v1/track/alias": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, previous_id: "a", user_id: "ada" } }),
    invalid: { request: { body: { user_id: "ada" } }, paths: ["previous_id"] },
  },
  "POST /v1/track/group": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, user_id: "ada", group_id: "acme" } }),
    invalid: { request: { body: { user_id: "ada", traits: [] } }, paths: ["group_id", "traits"] },
  },
  "POST /v1/track/v1/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "track" },
      body: { org_id, userId: "ada", event: "Opened" },
    }),
    invalid: { request: { params: { call: "telepathy" }, body: {} }, paths: ["call"] },
  },
  "POST /v1/track/beacon/v1/batch": {
    valid: ({ orgId: org_id }) => ({
      body: { org_id, batch: [{ type: "track", event: "Left", userId: "ada" }] },
    }),
    invalid: invalidOrg({ batch: [] }),
  },
  "GET /v1/track/v1/projects/{key}/settings": {
    valid: () => ({ params: { key } }),
    invalid: { request: { params: { key: "ll_mistyped" } }, paths: ["key"] },
  },
  "GET /v1/track/sourceConfig": {
    valid: () => ({ query: { writeKey: key } }),
    invalid: { request: { query: { writeKey: "ll_mistyped" } }, paths: ["writeKey"] },
  },
  "POST /v1/track/jitsu/api/s/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "track" },
      body: { org_id, userId: "ada", event: "Opened" },
    }),
    invalid: { request: { params: { call: "telepathy" }, body: {} }, paths: ["call"] },
  },
  "POST /v1/track/jitsu/api/s/s2s/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "track" },
      body: { org_id, userId: "ada", event: "Opened" },
    }),
    invalid: { request: { params: { call: "telepathy" }, body: {} }, paths: ["call"] },
  },
  "POST /v1/track/amplitude/2/httpapi": {
    valid: ({ orgId: org_id }) => ({
      body: { org_id, events: [{ event_type: "Opened", device_id: "phone" }] },
    }),
  },
  "POST /v1/track/amplitude/batch": {
    valid: ({ orgId: org_id }) => ({
      body: { org_id, events: [{ event_type: "Opened", user_id: "ada" }] },
    }),
  },
  "GET /v1/track/mixpanel/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "track" },
      query: { org_id, data: JSON.stringify({ event: "Opened" }) },
    }),
    invalid: { request: { params: { call: "telepathy" }, query: { data: "[]" } }, paths: ["call"] },
  },
  "POST /v1/track/mixpanel/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "engage" },
      query: { org_id },
      body: [{ $distinct_id: "ada", $set: { plan: "pro" } }],
    }),
    invalid: { request: { params: { call: "telepathy" }, body: [] }, paths: ["call"] },
  },
  "POST /v1/track/posthog/{call}": {
    valid: ({ orgId: org_id }) => ({
      params: { call: "batch" },
      body: { org_id, batch: [{ event: "opened", distinct_id: "ada" }] },
    }),
    invalid: { request: { params: { call: "telepathy" }, body: {} }, paths: ["call"] },
  },
  "POST /v1/track/posthog/i/v0/e": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, event: "opened", distinct_id: "ada" } }),
  },
  "POST /v1/track/openpanel/track": {
    valid: ({ orgId: org_id }) => ({
      body: { org_id, type: "track", payload: { name: "opened", profileId: "ada" } },
    }),
  },
  "POST /v1/track/umami/api/send": {
    valid: ({ orgId: org_id }) => ({
      body: { org_id, type: "event", payload: { website: "mine", url: "/" } },
    }),
  },
  "POST /v1/track/plausible/api/event": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, n: "pageview", u: "/", d: "example.test" } }),
  },
  "POST /v1/track/snowplow/com.snowplowanalytics.snowplow/tp2": {
    valid: ({ orgId: org_id }) => ({ body: { org_id, data: [{ e: "pv", uid: "ada" }] } }),
  },
  "POST /v1/track/posthog/flags": { valid: () => ({ body: {} }) },
  "POST /v1/track/posthog/decide": { valid: () => ({ body: {} }) },
  "GET /v1/track/posthog/array/{key}/{file}": {
    valid: () => ({ params: { key, file: "config" } }),
    invalid: {
      request: { params: { key: "ll_mistyped", file: "config.exe" } },
      paths: ["key", "file"],
    },
  },
};
