import type { Sample } from "./route_samples.ts";

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
};
