import { signSvix } from "../../supabase/functions/digest/svix.ts";
import { signUnsubscribe } from "../../supabase/functions/digest/unsubscribe_token.ts";
import { type ApiRequest, testEnv } from "../helpers/stack/api.ts";
import { aiSamples } from "./route_samples_ai.ts";
import { analyticsSamples } from "./route_samples_analytics.ts";
import { doraSamples } from "./route_samples_dora.ts";
import { etlSamples } from "./route_samples_etl.ts";
import { deliverySamples } from "./route_samples_delivery.ts";
import { orgsSamples } from "./route_samples_orgs.ts";
import { sessionsSamples } from "./route_samples_sessions.ts";
import { trackSamples } from "./route_samples_track.ts";
import {
  codeOfLastMail,
  newEmail,
  newPerson,
  password,
  recoveryCode,
  signUp,
  startSession,
} from "../helpers/tenancy/people.ts";

/** Whom a request is about. */
export interface Subject {
  id: string;
  email: string;
  orgId: string;
}

/** A request, and what stands for the `{…}` of its route's path. */
export type RouteRequest = ApiRequest & { params?: Record<string, string> };

/** A request about a person that succeeds where access allows it, and one that fails validation at the fields named. */
export interface Sample {
  valid: (person: Subject) => RouteRequest | Promise<RouteRequest>;
  invalid?: { request: RouteRequest; paths: string[] };
}

const badEmail = { request: { query: { email: "not an address" } }, paths: ["email"] };

/** One sample for each route. A route without `invalid` takes no input at all. */
export const samples: Record<string, Sample> = {
  ...aiSamples,
  ...analyticsSamples,
  ...doraSamples,
  ...etlSamples,
  ...deliverySamples,
  ...orgsSamples,
  ...sessionsSamples,
  ...trackSamples,
  "GET /v1/health/liveness": { valid: () => ({}) },
  "GET /v1/health/readiness": { valid: () => ({}) },
  "GET /v1/health/status": { valid: () => ({}) },
  "POST /v1/health/self-test": { valid: () => ({}) },
  "POST /v1/health/disk-alerts": { valid: () => ({}) },
  "GET /v1/docs/openapi.json": { valid: () => ({}) },
  "POST /v1/auth/token": {
    valid: ({ email }) => ({ body: { email, password } }),
    invalid: { request: { body: { username: " " } }, paths: ["username", "password"] },
  },
  "POST /v1/auth/refresh": {
    valid: async ({ email }) => ({
      body: { refresh_token: (await startSession(email)).refreshToken },
    }),
    invalid: { request: { body: { refresh_token: 1 } }, paths: ["refresh_token"] },
  },
  "POST /v1/auth/register": {
    valid: () => ({
      body: { email: newEmail(), password, username: `m-${crypto.randomUUID().slice(0, 20)}` },
    }),
    invalid: {
      request: { body: { email: "ada", password: "short", username: "-", gender: "?" } },
      paths: ["email", "username", "password", "gender"],
    },
  },
  "POST /v1/auth/confirm": {
    valid: async () => {
      const email = newEmail();
      await signUp(email);
      const token = await codeOfLastMail(email);
      return {
        body: { email, token, password, username: `c-${crypto.randomUUID().slice(0, 20)}` },
      };
    },
    invalid: {
      request: { body: { email: "ada", password: "short", username: "-", gender: "?" } },
      paths: ["email", "password", "username", "gender"],
    },
  },
  "GET /v1/auth/me": { valid: () => ({}) },
  "PATCH /v1/auth/me": {
    valid: () => ({ body: { age: 36 } }),
    invalid: { request: { body: { username: "a b", age: 151 } }, paths: ["username", "age"] },
  },
  "POST /v1/auth/logout": { valid: () => ({}) },
  "POST /v1/auth/forgot-password": {
    valid: () => ({ body: { email: newEmail() } }),
    invalid: { request: { body: { email: "ada" } }, paths: ["email"] },
  },
  "POST /v1/auth/reset-password": {
    valid: async () => {
      const { email } = await forgetful();
      return { body: { email, token: await recoveryCode(email), password } };
    },
    invalid: { request: { body: { password: "short" } }, paths: ["password", "token", "email"] },
  },
  "POST /v1/dev/seed-user": { valid: ({ email }) => ({ query: { email } }), invalid: badEmail },
  "POST /v1/metrics/ingest": {
    valid: ({ email }) => ({
      body: { email, source_name: "ga4", metric_date: "2026-11-16", data: { sessions: 1 } },
    }),
    invalid: {
      request: {
        body: { email: "a@example.test", source_name: " ", metric_date: "2026-02-30", data: {} },
      },
      paths: ["source_name", "metric_date", "data"],
    },
  },
  "GET /v1/metrics/timeline": {
    valid: ({ email }) => ({ query: { email, start: "2026-11-09", end: "2026-11-15" } }),
    invalid: {
      request: { query: { granularity: "hour", start: "2026-11-31" } },
      paths: ["start", "granularity"],
    },
  },
  "GET /v1/metrics/catalog": { valid: ({ email }) => ({ query: { email } }), invalid: badEmail },
  "GET /v1/dashboard/tiles": {
    valid: ({ email }) => ({ query: { email, start: "2026-11-09", end: "2026-11-15" } }),
    invalid: {
      request: { query: { start: "16.11.2026", compare: "week" } },
      paths: ["start", "compare"],
    },
  },
  "GET /v1/dashboard/overview": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: {
      request: { query: { org_id: "mine", start: "16.11.2026", compare: "week" } },
      paths: ["org_id", "start", "compare"],
    },
  },
  "GET /v1/github/user": { valid: ({ email }) => ({ query: { email } }), invalid: badEmail },
  "GET /v1/github/repos": {
    valid: ({ email }) => ({ query: { email, limit: 5 } }),
    invalid: { request: { query: { limit: 101 } }, paths: ["limit"] },
  },
  "PUT /v1/github/connection": {
    valid: ({ email }) => ({ query: { email }, body: { access_token: "ghp_ok-octocat-matrix" } }),
    invalid: { request: { body: { access_token: "" } }, paths: ["access_token"] },
  },
  "DELETE /v1/github/connection": {
    valid: ({ email }) => ({ query: { email } }),
    invalid: badEmail,
  },
  "POST /v1/digest/weekly": {
    valid: ({ email }) => ({ body: { scope: "email", email, week: "2026-11-11" } }),
    invalid: {
      request: { body: { scope: "everybody", week: "last" } },
      paths: ["scope", "week"],
    },
  },
  "GET /v1/digest/preview": {
    valid: ({ email }) => ({ query: { email, week: "2026-11-11" } }),
    invalid: { request: { query: { week: "46", format: "pdf" } }, paths: ["week", "format"] },
  },
  "GET /v1/digest/preferences": { valid: ({ email }) => ({ query: { email } }), invalid: badEmail },
  "PUT /v1/digest/preferences": {
    valid: ({ email }) => ({ query: { email }, body: { enabled: true } }),
    invalid: { request: { body: { enabled: "yes" } }, paths: ["enabled"] },
  },
  "GET /v1/digest/runs": {
    valid: () => ({ query: { page: 1, page_size: 5 } }),
    invalid: { request: { query: { page: 0, page_size: 101 } }, paths: ["page", "page_size"] },
  },
  "GET /v1/digest/deliveries": {
    valid: ({ orgId: org_id }) => ({ query: { org_id } }),
    invalid: { request: { query: { org_id: "mine", page: 0 } }, paths: ["org_id", "page"] },
  },
  "GET /v1/digest/unsubscribe": {
    valid: ({ id }) => ({ query: { token: unsubscribeToken(id) } }),
    invalid: { request: { query: { token: "" } }, paths: ["token"] },
  },
  "POST /v1/digest/unsubscribe": {
    valid: ({ id }) => ({ query: { token: unsubscribeToken(id) } }),
    invalid: { request: {}, paths: ["token"] },
  },
  "POST /v1/digest/events": {
    valid: () => delivery({ type: "email.delivered", created_at: "2026-11-16T16:00:04.000Z" }),
    get invalid() {
      return { request: delivery({ type: "" }), paths: ["type"] };
    },
  },
};

let someone: ReturnType<typeof newPerson> | undefined;

/** Somebody whose sessions nothing else needs: setting a password ends them. */
function forgetful() {
  return someone ??= newPerson();
}

function unsubscribeToken(userId: string): string {
  return signUnsubscribe(userId, 4_000_000_000, testEnv("TEST_SIGNING_SECRET"));
}

/** A delivery event as the mail provider signs it. */
export function delivery(event: Record<string, unknown> | string): ApiRequest {
  const id = `msg_${crypto.randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = typeof event === "string" ? event : JSON.stringify(event);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "svix-id": id,
      "svix-timestamp": timestamp,
      "svix-signature": signSvix(id, timestamp, body, testEnv("TEST_WEBHOOK_SECRET")),
    },
  };
}
