import assert from "node:assert/strict";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { accessRows } from "./access_table.ts";

interface Operation {
  parameters?: { name: string; in: string }[];
  "x-unknown-parameters"?: string;
}

const paths = Object.entries(openapi.paths) as unknown as [string, Record<string, Operation>][];
const operations = paths.flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation,
  }))
);
const pathOf = (pattern: string) => pattern.slice(3).replaceAll(/\{\w+\}/g, "1");

Deno.test("every path answers a method it has not with 405 and those it has", async () => {
  for (const [path, item] of paths) {
    // Those of this path alone: `/budgets/alerts` is no `/budgets/{id}`.
    const has = Object.keys(item).map((method) => method.toUpperCase());
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (has.includes(method)) continue;
      const answer = await api(pathOf(path), { method, body: method === "GET" ? undefined : {} });
      if (path.includes("/otlp/")) assert.strictEqual(answer.status, 405, answer.text);
      else assertProblem(answer, 405, "method_not_allowed");
      const allowed = answer.headers.get("allow")?.split(", ") ?? [];
      const expected = [...has, ...has.includes("GET") ? ["HEAD"] : [], "OPTIONS"];
      assert.deepStrictEqual(allowed.sort(), expected.sort(), `${method} ${path}`);
    }
  }
});

Deno.test("a path that is nobody's stays 404 with any method, and a HEAD is a GET", async () => {
  for (const method of ["GET", "POST", "PUT", "DELETE"]) {
    assertProblem(await api("/dashboard/tile", { method }), 404, "not_found");
  }
  const url = `${testEnv("TEST_URL")}/functions/v1/health/liveness`;
  const answer = await fetch(url, { method: "HEAD" });
  assert.deepStrictEqual([answer.status, await answer.text()], [200, ""]);
});

Deno.test("every route of ours refuses a name it does not know, those of others' formats do not", async () => {
  const owner = await newPerson();
  const expected = new Map(accessRows().map((row) => [row.route, row.expected]));
  const open: string[] = [];
  for (const { route, operation } of operations) {
    const [method = "", path = ""] = route.split(" ");
    const answer = await api(pathOf(path), {
      method,
      as: expected.get(route)?.service === 403 ? owner : "service",
      query: { forceFunctionRegion: "eu-central-1", apikey: "anon", pahge_size: "1" },
      ...method === "GET" ? {} : { body: {} },
    });
    const told = /pahge_size/.test(answer.text);
    if (operation["x-unknown-parameters"] === "ignored") {
      open.push(route);
      assert.ok(!told, `${route}: ${answer.text}`);
      continue;
    }
    assertProblem(answer, 422, "validation_failed", ["pahge_size"]);
    const known = (operation.parameters ?? []).filter((one) => one.in === "query");
    const meant = known.some(({ name }) => name === "page_size");
    assert.strictEqual(/did you mean page_size\?/.test(answer.text), meant, answer.text);
  }
  assert.deepStrictEqual(open.sort(), [
    "GET /v1/digest/unsubscribe",
    "GET /v1/track/mixpanel/{call}",
    "GET /v1/track/posthog/array/{key}/{file}",
    "GET /v1/track/sourceConfig",
    "GET /v1/track/v1/projects/{key}/settings",
    "POST /v1/digest/events",
    "POST /v1/digest/unsubscribe",
    "POST /v1/github/webhook",
    "POST /v1/sessions/ingest",
    "POST /v1/sessions/otlp/v1/{signal}",
    "POST /v1/track/amplitude/2/httpapi",
    "POST /v1/track/amplitude/batch",
    "POST /v1/track/beacon/v1/batch",
    "POST /v1/track/jitsu/api/s/s2s/{call}",
    "POST /v1/track/jitsu/api/s/{call}",
    "POST /v1/track/mixpanel/{call}",
    "POST /v1/track/openpanel/track",
    "POST /v1/track/plausible/api/event",
    "POST /v1/track/posthog/decide",
    "POST /v1/track/posthog/flags",
    "POST /v1/track/posthog/i/v0/e",
    "POST /v1/track/posthog/{call}",
    "POST /v1/track/snowplow/com.snowplowanalytics.snowplow/tp2",
    "POST /v1/track/umami/api/send",
    "POST /v1/track/v1/{call}",
  ]);
});

Deno.test("what supabase-js and the gateway put into the query is no name of a route's", async () => {
  const { orgId } = await newPerson();
  const { key } = await newKey(orgId, { scopes: ["read"] });
  const answer = await api("/analytics", {
    as: { token: key },
    query: { forceFunctionRegion: "eu-central-1", apikey: "anon" },
  });
  assert.strictEqual(answer.status, 200, answer.text);
});

Deno.test("who is not let in learns nothing of names", async () => {
  assertProblem(await api("/analytics", { query: { gendre: "Male" } }), 401, "missing_credential");
});

Deno.test("a filter with a slip of the pen answers nobody's numbers", async () => {
  const { token } = await newPerson();
  const answer = await api("/analytics", { as: { token }, query: { gendre: "Male" } });
  assertProblem(answer, 422, "validation_failed", ["gendre"]);
  assert.match(answer.text, /gendre: is no parameter of this route: did you mean gender\?/);
});

Deno.test("what fails validation is told in plain words", async () => {
  const answer = await api("/metrics", { as: "service", query: { since: "week" } });
  assertProblem(answer, 422, "validation_failed", ["since"]);
  assert.deepStrictEqual(
    answer.body["detail"],
    "since: must be a whole number of days from 1 to 365",
  );
});
