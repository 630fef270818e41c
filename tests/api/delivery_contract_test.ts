import assert from "node:assert/strict";
import { historyOrganization, window } from "../fixtures/delivery_history.ts";
import { githubOrganization } from "../fixtures/github_history.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

// What the reads and posts of delivery have in common with everybody else's: ranges, what they are compared with, lists, intake.
// The numbers are those of dora_history_test.ts: in the two weeks of the history 10 deployments, 4 of them failed.

interface Metric {
  key: string;
  label: string;
  unit: string;
  definition: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: { value: number | null; n: number; period: Record<string, unknown> } | null;
  change: { value: number | null; unit: string; null_reason: string | null } | null;
}

interface Point {
  start: string;
  end: string;
  complete: boolean;
  value: number | null;
  null_reason: string | null;
}

const [org_id, github] = await Promise.all([historyOrganization(), githubOrganization()]);
const aYearLater = { start: "2026-03-03", end: "2026-03-16" };
const history = { ...window, days: 14, time_zone: "America/New_York", complete: true };

async function metricsOf(query: Record<string, string>): Promise<(key: string) => Metric> {
  const { body, text } = await api<{ metrics: Metric[] }>("/metrics/dora", {
    as: "service",
    query: { org_id, ...query },
  });
  return (key) => {
    const found = body.metrics?.find((one) => one.key === key);
    assert.ok(found, text);
    return found;
  };
}

Deno.test("compare=year stands the same dates a year earlier beside the range", async () => {
  const metric = await metricsOf({ ...aYearLater, compare: "year" });
  const { key, label, unit, definition, value, n, null_reason, previous, change } = metric(
    "change_failure_rate",
  );
  assert.deepStrictEqual(
    { key, label, unit, definition, value, n, null_reason, change },
    {
      key: "change_failure_rate",
      label: "Change failure rate",
      unit: "%",
      definition: "dora.change_failure_rate@3",
      value: null,
      n: 0,
      null_reason: "no_deployments",
      change: { value: null, unit: "points", null_reason: "no_data" },
    },
  );
  assert.deepStrictEqual([previous?.value, previous?.n, previous?.period], [40, 10, history]);
  // 0 of 14 days after 10 of 14.
  const frequency = metric("deployment_frequency");
  assert.deepStrictEqual([frequency.value, frequency.change], [
    0,
    { value: -100, unit: "%", null_reason: null },
  ]);
});

Deno.test("compare=none has no previous and no change; compare=previous is what is meant without any", async () => {
  const none = (await metricsOf({ ...window, compare: "none" }))("change_failure_rate");
  assert.deepStrictEqual([none.value, none.previous, none.change], [40, null, null]);
  const usual = await metricsOf(window);
  assert.deepStrictEqual(usual("change_failure_rate").change, {
    value: 40,
    unit: "points",
    null_reason: null,
  });
  const named = await metricsOf({ ...window, compare: "previous" });
  assert.deepStrictEqual(named("lead_time"), usual("lead_time"));
});

Deno.test("a metric of its own compares alike, and its rows are a list", async () => {
  const { body, text } = await api<{
    metric: Metric;
    drill: { items: unknown[]; rows: unknown[]; total_count: number; has_more: boolean };
  }>("/metrics/dora/change-failure-rate", {
    as: "service",
    query: { org_id, ...window, compare: "none", drill: "true", page_size: 3 },
  });
  assert.ok(body.drill, text);
  assert.strictEqual(body.metric.previous, null);
  const { items, rows, total_count, has_more } = body.drill;
  assert.deepStrictEqual([items.length, total_count, has_more], [3, 10, true]);
  assert.deepStrictEqual(items, rows);
});

Deno.test("GET /metrics/dora/trend goes by day, beside the same days a year earlier", async () => {
  const { body, text } = await api<{
    period: unknown;
    series: { key: string; points: Point[]; previous: { period: unknown; points: Point[] } }[];
  }>("/metrics/dora/trend", {
    as: "service",
    query: {
      org_id,
      start: "2026-03-10",
      end: "2026-03-14",
      interval: "day",
      compare: "year",
    },
  });
  const [frequency] = body.series ?? [];
  assert.ok(frequency, text);
  assert.strictEqual(frequency.key, "deployment_frequency");
  // E1 on the 11th, E2 on the 13th.
  assert.deepStrictEqual(
    frequency.previous.points.map((
      { start, end, complete, value },
    ) => [start, end, complete, value]),
    [0, 1, 0, 1, 0].map((value, at) => {
      const day = `2025-03-${10 + at}`;
      return [day, day, true, value];
    }),
  );
  assert.deepStrictEqual(frequency.points.map(({ value }) => value), [0, 0, 0, 0, 0]);
  assert.deepStrictEqual(frequency.previous.period, {
    start: "2025-03-10",
    end: "2025-03-14",
    days: 5,
    time_zone: "America/New_York",
    complete: true,
  });
});

Deno.test("GET /metrics/dora/trend by day is refused for more than 366 days", async () => {
  const asked = (start: string) =>
    api("/metrics/dora/trend", {
      as: "service",
      query: { org_id, start, end: "2026-01-01", interval: "day" },
    });
  assertProblem(await asked("2024-12-31"), 422, "validation_failed", ["interval"]);
  assert.strictEqual((await asked("2025-01-01")).status, 200);
});

Deno.test("the reads of GitHub's work compare alike, and answer lists", async () => {
  const read = async (path: string, query: Record<string, string>) => {
    const { body, status, text } = await api(`/analytics/github/${path}`, {
      as: "service",
      query: { org_id: github, ...query },
    });
    assert.strictEqual(status, 200, text);
    return body;
  };
  const days = { start: "2026-01-06", end: "2026-01-12" };
  const quality = await read("code-quality", { ...days, compare: "year" });
  const [firstReview] = quality["metrics"] as Metric[];
  const before = await read("code-quality", { start: "2025-01-06", end: "2025-01-12" });
  const [then] = before["metrics"] as Metric[];
  assert.ok(then?.value);
  assert.deepStrictEqual(
    [firstReview?.value, firstReview?.null_reason, firstReview?.previous?.value],
    [null, "no_pull_requests", then.value],
  );
  assert.deepStrictEqual(quality["previous_period"], firstReview?.previous?.period);

  const alone = await read("contributors", { ...days, compare: "none" });
  const factor = alone["bus_factor"] as Metric;
  assert.deepStrictEqual(
    [alone["previous_period"], factor.key, factor.value, factor.null_reason, factor.previous],
    [null, "bus_factor", null, "no_commits", null],
  );
  assert.deepStrictEqual(alone["items"], alone["contributors"]);
  const repositories = await read("repositories", { page_size: "1" });
  assert.deepStrictEqual(repositories["items"], repositories["repositories"]);
  assert.strictEqual((repositories["items"] as unknown[]).length, 1);
});

Deno.test("a posted item is accepted when it says something new, and a duplicate when it does not", async () => {
  const owner = await newPerson();
  const at = "2026-11-02T09:00:00Z";
  const of = { repository: "acme/shop", created_at: at };
  const kinds: Record<string, [first: object, next: object]> = {
    deployments: [
      { ...of, external_id: "d", status: "pending" },
      { ...of, external_id: "d", status: "success" },
    ],
    incidents: [{ ...of, external_id: "i" }, { ...of, external_id: "i", resolved_at: at }],
    "pull-requests": [
      { ...of, external_id: "7", state: "open", commits: [] },
      {
        ...of,
        external_id: "7",
        state: "open",
        commits: [{ sha: "1".repeat(40), authored_at: at }],
      },
    ],
    commits: [
      { repository: "acme/shop", sha: "2".repeat(40), authored_at: at, committed_at: at },
      {
        repository: "acme/shop",
        sha: "2".repeat(40),
        authored_at: at,
        committed_at: at,
        headline: "Mend",
      },
    ],
  };
  for (const [what, [first, next]] of Object.entries(kinds)) {
    const post = async (...items: object[]) => {
      const { body, text } = await api<Record<string, unknown>>(`/metrics/dora/${what}`, {
        method: "POST",
        as: owner,
        body: { items },
      });
      assert.ok("accepted" in body, text);
      return [body["accepted"], body["duplicates"], (body["rejected"] as unknown[]).length];
    };
    assert.deepStrictEqual(await post(first), [1, 0, 0], what);
    assert.deepStrictEqual(await post(first, { repository: "acme/shop" }), [0, 1, 1], what);
    // The second of two that say the same is the duplicate.
    assert.deepStrictEqual(await post(next, next), [1, 1, 0], what);
  }
});

Deno.test("lists of teams and jobs are items with their page", async () => {
  const owner = await newPerson();
  for (const path of ["/teams", "/etl/jobs", "/etl/dead-letters"]) {
    const { body } = await api(path, { as: owner, query: { org_id: owner.orgId } });
    assert.deepStrictEqual(
      body,
      { items: [], total_count: 0, page: 1, page_size: 20, has_more: false },
      path,
    );
  }
});

Deno.test("a range that is not over says so", async () => {
  const { body } = await api<{ period: { complete: boolean } }>("/metrics/dora", {
    as: "service",
    query: { org_id },
  });
  assert.strictEqual(body.period.complete, false);
});

Deno.test("no failures and no rework are unknown until something could have told of them", async () => {
  const owner = await newPerson();
  const post = (what: string, body: object) =>
    api(`/metrics/dora/${what}`, { method: "POST", as: owner, body });
  const rates = async () => {
    const { body, text } = await api<{ metrics: Metric[] }>("/metrics/dora", {
      as: owner,
      query: { start: "2025-03-03", end: "2025-03-30" },
    });
    assert.ok(body.metrics, text);
    return body.metrics.filter(({ unit }) => unit === "%")
      .map(({ key, value, null_reason }) => [key, value, null_reason]);
  };
  const created_at = "2025-03-10T09:00:00Z";
  const of = { repository: "acme/shop", status: "success", created_at };
  await post("deployments", { ...of, external_id: "1" });
  assert.deepStrictEqual(await rates(), [
    ["change_failure_rate", null, "no_incident_source"],
    ["rework_rate", null, "no_incident_source"],
  ]);
  // A job could have brought an incident, but marks no deployment as unplanned.
  await api("/etl/jobs", { method: "POST", as: owner, body: { repository: "acme/shop" } });
  assert.deepStrictEqual(await rates(), [
    ["change_failure_rate", 0, null],
    ["rework_rate", null, "no_incident_source"],
  ]);
  await post("deployments", { ...of, external_id: "2", is_unplanned: true });
  assert.deepStrictEqual(await rates(), [
    ["change_failure_rate", 0, null],
    ["rework_rate", 50, null],
  ]);
});
