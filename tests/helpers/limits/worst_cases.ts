import { deliveryRequest, fateOf } from "../github/webhooks.ts";
import { syncNow, watch } from "../delivery/etl.ts";
import { chain, shaOf } from "../github/github_model.ts";
import { personWithNumbers, week } from "../digest/digests.ts";
import { storeSessions } from "../ai/ai_sessions.ts";
import { trackEvents } from "../analytics/tracked.ts";
import { seeded } from "../inputs/random.ts";
import { credentialHeaders } from "../stack/api.ts";
import { sql } from "../stack/database.ts";
import { newOrganization, seedPerson } from "../tenancy/people.ts";
import type { MeteredRequest } from "./meter.ts";

/** A request that was chosen because it is much for one. */
export interface WorstCase {
  name: string;
  request: MeteredRequest;
}

const service = credentialHeaders("service");
const year = { start: "2025-11-17", end: "2026-11-16" };
const MiB = 1024 * 1024;

/** The heaviest requests that the limits of the API allow, over a year of everything. */
export async function worstCases(): Promise<WorstCase[]> {
  const { id: org } = await newOrganization({ name: "A year of everything", timeZone: "UTC" });
  const { email } = await seedPerson({ org });
  await aYearOfMetrics(org, 20);
  await aYearOfEvents(org);
  await aYearOfCalls(org);
  const repository = await readRepository();
  const get = (name: string, path: string, query: MeteredRequest["query"] = {}): WorstCase => ({
    name,
    request: { method: "GET", path, query: { org_id: org, ...query }, headers: service },
  });
  const metrics = (n: number) =>
    Array.from({ length: n }, (_, index) => `metric.m${index}`).join(",");
  return [
    // As many comparisons as there may be.
    get("insights of 11 series × 363 days with gaps", "/insights", {
      start: "2025-11-19",
      end: year.end,
      metrics: metrics(11),
      lag_days: 1,
    }),
    get("insights of 20 series × 105 days with gaps", "/insights", {
      start: "2026-08-04",
      end: year.end,
      metrics: metrics(20),
    }),
    get("a funnel of 10 steps over a year", "/analytics/funnel", {
      ...year,
      steps: Array.from({ length: 10 }, (_, index) => `step ${index}`).join(","),
      window: "30d",
      compare: "previous",
    }),
    get("retention by day of a year", "/analytics/retention", {
      ...year,
      interval: "day",
      periods: 54,
    }),
    get("retention by day of a year as Parquet", "/analytics/retention", {
      ...year,
      interval: "day",
      periods: 54,
      format: "parquet",
    }),
    get("a year of events by day as CSV", "/analytics", { ...year, format: "csv" }),
    get("all that is known of a person with 10,000 events", "/analytics/persons/u:heavy/export"),
    get("a year of 20 metrics by day", "/metrics/timeline", {
      ...year,
      metrics: Array.from({ length: 20 }, (_, index) => `m${index}`).join(","),
      compare: "previous",
    }),
    get("tiles of a year", "/dashboard/tiles", { ...year, compare: "year" }),
    get("AI metrics of a year", "/metrics/raw", { since: 365 }),
    get("100 AI sessions", "/sessions", { page_size: 100 }),
    post("1,000 metrics", "/metrics/ingest", json({ items: metricItems(email, 1000) })),
    post("1,000 events", "/track/batch", json({ org_id: org, batch: events(1000, 200) })),
    post("4 MiB of events", "/track/batch", json({ org_id: org, batch: events(4900, 650) })),
    post("1,000 commits", `/metrics/dora/commits?org_id=${org}`, json({ items: commits(1000) })),
    post("8 MiB of AI calls as an array", `/sessions/ingest?org_id=${org}`, json(calls(8 * MiB))),
    post(
      "12 MiB of AI calls as lines",
      `/sessions/ingest?org_id=${org}`,
      calls(12 * MiB).map((call) => JSON.stringify(call)).join("\n"),
      "application/x-ndjson",
    ),
    post("8 MiB of spans", `/sessions/otlp/v1/traces?org_id=${org}`, json(spans(8 * MiB))),
    webhook(
      "a push of 2,048 commits and their files in 24 MiB",
      bigPush(repository, { files: 136, message: english.repeat(300) }),
    ),
    webhook(
      "a push of 2,048 commits and their messages in 24 MiB",
      bigPush(repository, { files: 2, message: russian.repeat(475) }),
    ),
    await digests(300),
  ];
}

function post(
  name: string,
  path: string,
  body: string,
  contentType = "application/json",
): WorstCase {
  const headers = { ...service, "content-type": contentType };
  const at = new URL(path, "http://function");
  const query = Object.fromEntries(at.searchParams);
  return { name, request: { method: "POST", path: at.pathname, query, headers, body } };
}

function json(body: unknown): string {
  return JSON.stringify(body);
}

/** A webhook is worked on after its answer, so its cost goes on until something has become of it. */
function webhook(name: string, payload: unknown): WorstCase {
  const id = crypto.randomUUID();
  const { headers = {}, body } = deliveryRequest("push", payload, { id });
  return {
    name,
    request: {
      method: "POST",
      path: "/github/webhook",
      headers,
      body: String(body),
      after: () => fateOf(id),
    },
  };
}

async function digests(people: number): Promise<WorstCase> {
  for (let begun = 0; begun < people; begun += 20) {
    await Promise.all(Array.from({ length: 20 }, personWithNumbers));
  }
  return post(`digests of ${people} people`, "/digest/weekly", json({ scope: "all", week }));
}

/** Values of every metric for four of five days, so that no two series have the same days. */
async function aYearOfMetrics(org: string, count: number): Promise<void> {
  const { id } = await seedPerson({ org });
  await sql(
    `insert into public.metrics (org_id, user_id, source_name, metric_date, metric_name, metric_value)
     select $1::uuid, $5::uuid, 'tests', day::date, 'm' || n, 100 + 40 * sin(n + extract(doy from day) / 9.0) + (hashtext(n || day::text) % 25)
     from generate_series($2::timestamp, $3::timestamp, interval '1 day') day, generate_series(0, $4::int - 1) n
     where hashtext(day::text || 'gap' || n) % 5 <> 0`,
    org,
    year.start,
    year.end,
    count,
    id,
  );
}

/** 30,000 events of 400 persons over the year, 10,000 more of one. */
async function aYearOfEvents(org: string): Promise<void> {
  const random = seeded(20261117);
  const at = () =>
    new Date(Date.parse(year.start) + random.below(365) * 86_400_000 + random.below(86_400_000))
      .toISOString();
  for (let stored = 0; stored < 40_000; stored += 1000) {
    await trackEvents(
      org,
      Array.from({ length: 1000 }, () => [
        at(),
        `step ${random.below(12)}`,
        stored < 10_000 ? "u:heavy" : `u:person ${random.below(400)}`,
        { plan: "pro", page: `/somewhere/${random.below(50)}` },
      ]),
    );
  }
}

async function aYearOfCalls(org: string): Promise<void> {
  const random = seeded(20261118);
  for (let stored = 0; stored < 20_000; stored += 1000) {
    await storeSessions(
      org,
      Array.from({ length: 1000 }, () => ({
        at: new Date(Date.now() - random.below(364 * 86_400) * 1000),
        developer: `dev ${random.below(50)}`,
        repository: `acme/repo-${random.below(20)}`,
        model: `model-${random.below(8)}`,
        tokens: random.below(5000),
        cost: random.below(100) / 100,
        latency: random.below(20_000),
        accepted: random.below(2) === 0,
        lines: random.below(50),
      })),
    );
  }
}

function metricItems(email: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    email,
    source_name: `source ${index % 10}`,
    metric_date: new Date(Date.UTC(2025, 0, 1 + Math.floor(index / 10))).toISOString().slice(0, 10),
    data: { sessions: index, conversions: index % 7, reach: index * 3 },
  }));
}

function events(count: number, padding: number) {
  return Array.from({ length: count }, (_, index) => ({
    event: `event ${index % 20}`,
    event_id: crypto.randomUUID(),
    user_id: `person ${index % 300}`,
    properties: { page: `/page/${index}`, text: "x".repeat(padding) },
  }));
}

function commits(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    repository: "acme/shop",
    sha: index.toString(16).padStart(40, "0"),
    authored_at: "2026-11-02T09:00:00Z",
    committed_at: "2026-11-02T09:00:00Z",
    message: `Change number ${index}`,
  }));
}

/** Records of calls that are so large as JSON. */
function calls(bytes: number) {
  const call = (index: number) => ({
    id: `call-${bytes}-${index}`,
    timestamp: "2026-11-16T09:30:00Z",
    model: `model-${index % 8}`,
    developer_id: `dev ${index % 50}`,
    repository: `acme/repo-${index % 20}`,
    input_tokens: index % 5000,
    output_tokens: index % 700,
    cost_usd: (index % 100) / 100,
    latency_ms: index % 9000,
  });
  return filling(bytes, call);
}

/** As many items as fit into so many bytes of JSON, with commas or line ends between them. */
function filling<Item>(bytes: number, make: (index: number) => Item): Item[] {
  const items: Item[] = [];
  let left = bytes - 2;
  for (let index = 0;; index++) {
    const item = make(index);
    left -= JSON.stringify(item).length + 1;
    if (left < 0) return items;
    items.push(item);
  }
}

function spans(bytes: number) {
  const span = (index: number) => ({
    traceId: (index >> 3).toString(16).padStart(32, "1"),
    spanId: index.toString(16).padStart(16, "1"),
    name: "chat",
    startTimeUnixNano: "1794821400000000000",
    endTimeUnixNano: "1794821401000000000",
    attributes: [
      { key: "gen_ai.request.model", value: { stringValue: `model-${index % 8}` } },
      { key: "gen_ai.usage.input_tokens", value: { intValue: String(index % 5000) } },
      { key: "gen_ai.usage.output_tokens", value: { intValue: String(index % 700) } },
    ],
  });
  const all = filling(bytes - 100, span);
  return { resourceSpans: [{ scopeSpans: [{ spans: all }] }] };
}

/** One that an organization's job has read, so that its webhooks mean something. */
async function readRepository() {
  const { repository, jobId } = await watch({
    branches: { main: shaOf("a") },
    commits: chain(["a"]),
  });
  await syncNow(jobId);
  return { id: repository.id, full_name: repository.full_name, default_branch: "main" };
}

const english = "What it does and why. ";
const russian = "Что и почему. ";

/** As many commits as GitHub puts into a push. */
function bigPush(repository: object, { files, message }: { files: number; message: string }) {
  const sha = (index: number) => index.toString(16).padStart(40, "a");
  const added = (index: number) =>
    Array.from({ length: files }, (_, file) => `src/${index}/folder/of/many/files/${file}.ts`);
  const commits = Array.from({ length: 2048 }, (_, index) => ({
    id: sha(index),
    message: `Change number ${index}\n\n${message}`,
    timestamp: "2026-11-02T09:00:00Z",
    author: { name: "Ada", email: "ada@example.test", username: "ada" },
    added: added(index),
    removed: [],
    modified: [],
  }));
  return {
    ref: "refs/heads/main",
    before: sha(9999),
    after: sha(2047),
    created: false,
    deleted: false,
    forced: false,
    repository,
    head_commit: commits.at(-1),
    commits,
  };
}
