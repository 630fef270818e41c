import assert from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { api, type Credential } from "../helpers/stack/api.ts";

const demo = "00000000-0000-4000-8000-0000000000a1";

/** Reads that have nothing to say of the demo data, and why. */
const silent: Record<string, string> = {
  "/v1/analytics/export": "is a file of rows",
  "/v1/analytics/live": "nobody is there just now",
  "/v1/analytics/drops": "nothing was dropped",
  "/v1/auth/me": "tells who is asking",
  "/v1/digest/preferences": "tells what is set",
  "/v1/digest/runs": "no digest was due yet",
  "/v1/digest/unsubscribe": "needs the token of a mail",
  "/v1/docs/openapi.json": "is this document",
  "/v1/etl/dead-letters": "nothing has failed",
  "/v1/etl/jobs": "needs a connection to GitHub",
  "/v1/etl/jobs/{id}": "needs a connection to GitHub",
  "/v1/etl/jobs/{id}/runs": "needs a connection to GitHub",
  "/v1/etl/runs/{id}": "needs a connection to GitHub",
  "/v1/etl/runs/{id}/events": "needs a connection to GitHub",
  "/v1/etl/status": "needs a connection to GitHub",
  "/v1/github/connection": "needs a connection to GitHub",
  "/v1/github/repos": "needs a connection to GitHub",
  "/v1/github/user": "needs a connection to GitHub",
  "/v1/health/liveness": "tells how the service is",
  "/v1/health/readiness": "tells how the service is",
  "/v1/health/status": "is the service's own",
  "/v1/orgs/{id}/invitations": "nobody was invited",
  "/v1/orgs/{id}/keys": "no key was made",
  "/v1/orgs/{id}/retention": "tells what is set",
  "/v1/orgs/{id}/shares": "nothing was shared",
  "/v1/sessions/dead-letters": "nothing was refused",
  "/v1/track/mixpanel/{call}": "is how Mixpanel's library sends",
  "/v1/track/posthog/array/{key}/{file}": "is what PostHog's library asks first",
  "/v1/track/sourceConfig": "is what RudderStack's library asks first",
  "/v1/track/v1/projects/{key}/settings": "is what Segment's library asks first",
};

/** What a read cannot do without. */
const queries: Record<string, Record<string, string>> = {
  "/v1/analytics/breakdown": { breakdown: "gender" },
  "/v1/analytics/flow": { event: "signed_up" },
  "/v1/analytics/funnel": { steps: "signed_up,report_created" },
  "/v1/analytics/persons": { search: "demo" },
  "/v1/profile": { developer_id: "ada" },
};

Deno.test("every read says something of the demo organization on the first day", async (t) => {
  const owner = await signIn();
  const ids: Record<string, string> = {
    analytics: "demo-01",
    orgs: demo,
    sessions: await firstId("/sessions", owner),
    teams: await firstId("/teams", owner),
  };
  const reads = Object.entries(openapi.paths).filter(([, item]) => "get" in item);
  assert.deepStrictEqual(
    Object.keys(silent).filter((path) => !reads.some(([read]) => read === path)),
    [],
    "these are no reads",
  );
  for (const [path] of reads) {
    if (path in silent) continue;
    await t.step(path, async () => {
      const route = path.replace("/v1", "").replace("{id}", ids[path.split("/")[2] ?? ""] ?? "");
      const answer = await api(route, { as: owner, query: queries[path] ?? {} });
      assert.strictEqual(answer.status, 200, answer.text);
      assert.ok(saysSomething(answer.body), answer.text.slice(0, 2000));
    });
  }
});

/** Whether an answer counts something; where it counts nothing, whether it lists something. */
function saysSomething(body: Record<string, unknown>): boolean {
  if (typeof body["total_count"] === "number") return body["total_count"] > 0;
  if (typeof body["n"] === "number") return body["n"] > 0;
  const counts = countsIn(body);
  if (counts.length > 0) return counts.some((count) => count > 0);
  return Object.values(body).some((value) => Array.isArray(value) && value.length > 0);
}

const counting = /^(n|count|size|value|sessions|persons|member_count|spent_usd)$/;

function countsIn(value: unknown): number[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === "number" && counting.test(name) ? [inner] : countsIn(inner)
  );
}

async function signIn(): Promise<Credential> {
  const body = { username: "admin", password: "admin123" };
  const { body: { access_token } } = await api("/auth/token", { method: "POST", body });
  return { token: String(access_token) };
}

async function firstId(path: string, as: Credential): Promise<string> {
  const { body } = await api(path, { as });
  const list = Object.values(body).find((value) => Array.isArray(value)) as { id: string }[];
  return list[0]?.id ?? "";
}
