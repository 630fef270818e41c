import assert from "node:assert/strict";
import { personWithNumbers } from "../helpers/metrics/readings.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

interface Catalog {
  items: unknown[];
  total_count: number;
  has_more: boolean;
  metrics: {
    key: string;
    metric_name: string;
    defined: boolean;
    n: number;
    first_date: string | null;
    last_date: string | null;
    sources: string[];
    unit: string;
    aggregation: string;
  }[];
}

Deno.test("GET /metrics/catalog lists definitions for everybody who may ask", async () => {
  const { body } = await api<Catalog>("/metrics/catalog", { as: "service" });
  const sessions = body.metrics.find(({ metric_name }) => metric_name === "sessions");
  assert.deepStrictEqual(sessions, {
    key: "sessions",
    metric_name: "sessions",
    label: "Sessions",
    description: "Visits to the site.",
    unit: "sessions",
    direction: "higher_is_better",
    aggregation: "sum",
    defined: true,
    n: 0,
    first_date: null,
    last_date: null,
    sources: [],
  });
  const names = body.metrics.map(({ metric_name }) => metric_name);
  assert.deepStrictEqual(names, names.toSorted());
});

Deno.test("GET /metrics/catalog of a person adds what they have, where and since when", async () => {
  const email = await personWithNumbers();
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: { email, source_name: "plausible", metric_date: "2026-11-05", data: { sessions: 1 } },
  });
  const { body } = await api<Catalog>("/metrics/catalog", { as: "service", query: { email } });
  const pick = (name: string) => {
    const found = body.metrics.find(({ metric_name }) => metric_name === name);
    return found && [found.defined, found.n, found.first_date, found.last_date, found.sources];
  };
  assert.deepStrictEqual(pick("sessions"), [true, 6, "2026-10-25", "2026-11-05", [
    "ga4",
    "plausible",
  ]]);
  assert.deepStrictEqual(pick("own_number"), [false, 1, "2026-11-03", "2026-11-03", ["ga4"]]);
  assert.deepStrictEqual(pick("revenue"), [true, 0, null, null, []]);
});

Deno.test("GET /metrics/catalog shows an organization's own definitions to its members alone", async () => {
  const [member, stranger] = [await newPerson({ role: "member" }), await newPerson()];
  await sql(
    "insert into public.metric_definitions (org_id, metric_name, label, unit) values ($1::uuid, 'trials', 'Trials', 'trials')",
    member.orgId,
  );
  const has = async (person: { token: string }) => {
    const { body } = await api<Catalog>("/metrics/catalog", { as: person });
    return body.metrics.some(({ metric_name }) => metric_name === "trials");
  };
  assert.deepStrictEqual([await has(member), await has(stranger)], [true, false]);
});

Deno.test("GET /metrics/catalog is of the organization when signed in", async () => {
  const email = await personWithNumbers();
  const [{ org_id = "" } = {}] = await sql<{ org_id: string }>(
    "select org_id from public.users where email = $1",
    email,
  );
  const viewer = await newPerson({ role: "viewer", org: org_id });
  const catalog = await api<Catalog>("/metrics/catalog", { as: viewer, query: { org_id } });
  assert.strictEqual(catalog.body.metrics.find(({ key }) => key === "sessions")?.n, 5);
});

Deno.test("GET /metrics/catalog of nobody is 404", async () => {
  const answer = await api("/metrics/catalog", {
    as: "service",
    query: { email: "nobody@example.test" },
  });
  assertProblem(answer, 404, "user_not_found");
});
