import assert from "node:assert/strict";
import { historyOrganization, window } from "../../fixtures/delivery_history.ts";
import { githubOrganization, week } from "../../fixtures/github_history.ts";
import { type AiSession, storeSessions } from "../ai/ai_sessions.ts";
import { api } from "../stack/api.ts";
import { newToken, storeToken } from "../stack/connections.ts";
import { deliveryRequest } from "../github/webhooks.ts";
import type { Case } from "./answers.ts";
import { soleOwner } from "./product.ts";

/** What delivery answers of the two weeks of the history. */
export async function deliveryCases(): Promise<Case[]> {
  const org_id = await historyOrganization();
  const { orgId: empty } = await soleOwner();
  const read = (name: string, path: string, query = {}): Case => ({
    name,
    route: `GET /v1/metrics/dora${path}`,
    request: { as: "service", query: { org_id, ...window, ...query } },
  });
  const post = (kind: string, item: object): Case => ({
    name: "one",
    route: `POST /v1/metrics/dora/${kind}`,
    request: {
      method: "POST",
      as: "service",
      query: { org_id: empty },
      body: { repository: "acme/shop", ...item },
    },
  });
  const created_at = "2026-11-02T09:00:00Z";
  return [
    read("two weeks", ""),
    read("a repository, the bands of 2021", "", { repository: "acme/shop", report_year: "2021" }),
    ...[
      "lead-time",
      "deployment-frequency",
      "change-failure-rate",
      "recovery-time",
      "rework-rate",
    ].map((metric) => read("two weeks with rows", `/${metric}`, { drill: "true", page_size: 2 })),
    read("by week", "/trend", { interval: "week" }),
    read("by month", "/trend", { interval: "month" }),
    read("of a history", "/filter-options", { start: undefined, end: undefined }),
    {
      name: "of too little",
      route: "POST /v1/metrics/dora/forecast",
      request: {
        method: "POST",
        as: "service",
        body: { org_id: empty, metric: "lead_time", horizon: 4 },
      },
      isRolling: true,
    },
    post("deployments", { external_id: "1", status: "success", created_at }),
    post("commits", { sha: "9fceb02d", authored_at: created_at, committed_at: created_at }),
    post("pull-requests", { external_id: "7", state: "open", created_at }),
    post("incidents", { external_id: "1", created_at }),
    {
      name: "many, one of them bad",
      route: "POST /v1/metrics/dora/deployments",
      request: {
        method: "POST",
        as: "service",
        query: { org_id: empty },
        body: {
          items: [
            { repository: "acme/shop", external_id: "2", status: "success", created_at },
            { repository: "acme/shop", external_id: "3", status: "done", created_at },
          ],
        },
      },
    },
  ];
}

/** What the reads of GitHub's work and of a GitHub account answer. */
export async function githubCases(): Promise<Case[]> {
  const org_id = await githubOrganization();
  const person = await soleOwner();
  await storeToken(person, newToken("ok", "ada"));
  const read = (name: string, path: string, query = {}): Case => ({
    name,
    route: `GET /v1/analytics/github/${path}`,
    request: { as: "service", query: { org_id, ...week, ...query } },
  });
  return [
    read("a week", "code-quality"),
    read("a week", "contributors"),
    read("a page", "contributors", { page: 2, page_size: 1 }),
    read("a week", "repositories"),
    { name: "one's own", route: "GET /v1/github/user", request: { as: person } },
    {
      name: "somebody's",
      route: "GET /v1/github/user",
      request: { as: "service", query: { email: person.email } },
    },
    { name: "a few", route: "GET /v1/github/repos", request: { as: person, query: { limit: 3 } } },
    {
      name: "a token",
      route: "PUT /v1/github/connection",
      request: { method: "PUT", as: person, body: { access_token: newToken("ok", "ada") } },
    },
    {
      name: "one's own",
      route: "DELETE /v1/github/connection",
      request: { method: "DELETE", as: person },
    },
    {
      name: "a ping",
      route: "POST /v1/github/webhook",
      request: deliveryRequest("ping", { zen: "Favor focus over features." }),
    },
  ];
}

const day = 86_400_000;

/**
 * Sessions at noon, UTC, of nine of the twelve days before today: one, two or three a day of Ann, one of Bob. None is on
 * the days that a window of a week begins in or near.
 */
function recentSessions(): AiSession[] {
  const noon = Math.floor(Date.now() / day) * day + day / 2;
  return [12, 11, 10, 9, 5, 4, 3, 2, 1].flatMap((days): AiSession[] => {
    const at = new Date(noon - days * day);
    const model = "claude-sonnet-4-20250514";
    const ann = { at, developer: "ann", repository: "acme/app", model };
    return [
      ...Array.from({ length: 1 + days % 3 }, (_, index): AiSession => ({
        ...ann,
        ...index === 0
          ? { tokens: 500, cost: 1, latency: 100, accepted: true, lines: 10 }
          : { tokens: 300, cost: 0.5, latency: 300, accepted: false },
      })),
      { at, developer: "bob", model: "o3", tokens: 100, cost: 0.25, status: 500 },
    ];
  });
}

/** What is answered of sessions with models: intake, lists, KPIs, profile, insights and budgets. */
export async function sessionCases(): Promise<Case[]> {
  const [fixed, recent] = await Promise.all([soleOwner(), soleOwner()]);
  const [org_id, recent_org] = [fixed.orgId, recent.orgId];
  await storeSessions(recent_org, recentSessions());
  const call = (id: string, clock: string, more = {}) => ({
    id,
    session_id: `s-${id}`,
    developer_id: "ada",
    timestamp: `2026-11-16T${clock}Z`,
    model: "local-llm",
    repository: "acme/shop",
    input_tokens: 1200,
    output_tokens: 300,
    cost_usd: 1,
    ...more,
  });
  const records = [
    call("a", "09:10:00", { accepted: true, accepted_lines: 40, latency_ms: 2100 }),
    call("b", "10:00:00", { developer_id: "bob", status: 500, prompt_tokens: 7 }),
    { id: "c", model: "local-llm" },
  ];
  const read = (name: string, path: string, query = {}): Case => ({
    name,
    route: `GET /v1/${path}`,
    request: { as: "service", query: { org_id, ...query } },
  });
  const rolling = (name: string, path: string, query = {}): Case => ({
    ...read(name, path, { org_id: recent_org, ...query }),
    isRolling: true,
  });
  const price = {
    model: "contract-model",
    valid_from: "2026-01-01",
    input_usd: 1,
    output_usd: 2,
  };
  const listed = { start: "2026-11-16", end: "2026-11-16", sort_by: "timestamp" };
  return [
    {
      name: "lines, one of them bad",
      route: "POST /v1/sessions/ingest",
      request: {
        method: "POST",
        as: "service",
        query: { org_id },
        headers: { "content-type": "application/x-ndjson" },
        body: records.map((one) => JSON.stringify(one)).join("\n"),
      },
    },
    {
      name: "one again, as JSON",
      route: "POST /v1/sessions/ingest",
      request: { method: "POST", as: "service", query: { org_id }, body: records[0] },
    },
    read("a day", "sessions", { ...listed, sort_order: "asc" }),
    read("filtered", "sessions", { developer_id: "ada", model: "local-llm", page_size: 1 }),
    {
      name: "one",
      route: "GET /v1/sessions/{id}",
      request: async () => {
        const { body, text } = await api<{ sessions: { id: string }[] }>("/sessions", {
          as: "service",
          query: { org_id, ...listed, sort_order: "asc" },
        });
        const id = body.sessions[0]?.id;
        assert.ok(id, text);
        return { as: "service", query: { org_id }, params: { id } };
      },
    },
    read("a day", "sessions/yield", { start: "2026-11-16", end: "2026-11-16" }),
    read("that were not stored", "sessions/dead-letters"),
    {
      name: "one",
      route: "PUT /v1/sessions/prices",
      request: { method: "PUT", as: "service", query: { org_id }, body: price },
    },
    read("of a model", "sessions/prices", { model: price.model }),
    {
      name: "one",
      route: "PUT /v1/sessions/policies",
      request: {
        method: "PUT",
        as: "service",
        query: { org_id },
        body: { repository: "acme/shop", models: ["local-*"] },
      },
    },
    read("of an organization", "sessions/policies"),
    rolling("a week", "metrics", { since: 7 }),
    { ...rolling("signed in", "metrics"), request: { as: recent, query: { since: 30 } } },
    rolling("a week", "metrics/raw", { since: 7 }),
    rolling("a week", "profile", { developer_id: "ann", since: 7 }),
    rolling("ten days", "insights", {
      since: 10,
      lag_days: 1,
      metrics: "ai.sessions,ai.cost_usd",
    }),
    {
      name: "of a person",
      route: "POST /v1/insights/budgets",
      request: {
        method: "POST",
        as: "service",
        // Of whom nothing is known: what is spent this week depends on its day.
        body: { org_id: recent_org, developer_id: "cleo", period: "week", limit_usd: 50 },
      },
      isRolling: true,
    },
    rolling("of an organization", "insights/budgets"),
  ];
}
