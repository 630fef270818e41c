import assert from "node:assert/strict";
import { fullHourAgo, hoursAgo, minutesAfter, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

const yesterday = fullHourAgo(26);
const week = 7 * 24;

/** Five sessions of the last seven days and one two minutes before them; Ann's and Bob's, three under a model policy. */
async function newWeek(): Promise<string> {
  const org_id = (await newOrganization({ timeZone: "UTC" })).id;
  await sql(
    "insert into private.ai_model_policies (org_id, repository, models) values ($1::uuid, 'acme/app', '{claude-*,o3}')",
    org_id,
  );
  const app = { repository: "acme/app", developer: "ann" };
  const claude = "claude-sonnet-4-20250514";
  await storeSessions(org_id, [
    {
      ...app,
      at: minutesAfter(yesterday, 5),
      model: claude,
      tokens: 500,
      cost: 1,
      latency: 100,
      accepted: true,
      lines: 10,
    },
    { ...app, at: minutesAfter(yesterday, 50), model: "gpt-4o", tokens: 300, accepted: false },
    {
      ...app,
      at: minutesAfter(yesterday, 65),
      model: claude,
      cost: 0.5,
      latency: 300,
      status: 500,
    },
    {
      developer: "bob",
      repository: "acme/site",
      at: minutesAfter(yesterday, 10),
      model: claude,
      tokens: 700,
      cost: 0.25,
      accepted: true,
      lines: 30,
    },
    { developer: "bob", at: minutesAfter(hoursAgo(week), 2), cost: 2, accepted: false },
    { developer: "bob", at: minutesAfter(hoursAgo(week), -2), cost: 4, accepted: true },
  ]);
  return org_id;
}

/** Four merged pull requests, one reopened and one reverted by another, and three commits of two days. */
async function addDelivery(org_id: string): Promise<void> {
  await sql(
    `with repository as (
       insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/app') returning id
     ),
     pull_request as (
       insert into private.pull_requests
         (org_id, repository_id, external_id, state, created_at, merged_at, updated_at, reopened_at, reverts_external_id)
       select $1::uuid, id, number, 'merged', merged - hours * interval '1 hour', merged, merged, merged + reopened, reverts
       from repository, (values
         ('1', now() - interval '1 day', 10, null::interval, null),
         ('2', now() - interval '2 days', 30, interval '1 hour', null),
         ('3', now() - interval '3 days', 20, interval '22 days', null),
         ('4', now() - interval '2 days', 2, null, '3'),
         ('5', now() - interval '8 days', 5, null, null)) as pr (number, merged, hours, reopened, reverts)
     )
     insert into private.commits (repository_id, sha, org_id, authored_at, committed_at, on_default_branch)
     select id, sha, $1::uuid, at, at, is_default
     from repository, (values
       ('aaaaaaa1', $2::timestamptz, true), ('aaaaaaa2', $2::timestamptz + interval '1 minute', true),
       ('aaaaaaa3', $2::timestamptz - interval '1 day', true), ('aaaaaaa4', $2::timestamptz, false)) as c (sha, at, is_default)`,
    org_id,
    yesterday.toISOString(),
  );
}

type Cells = [number | null, string, number, number | null, string | null];

Deno.test("GET /metrics answers the nine KPIs by their definitions", async (t) => {
  const org_id = await newWeek();
  await addDelivery(org_id);
  const { body, status, text } = await api<{ kpis: Record<string, Record<string, unknown>> }>(
    "/metrics",
    { as: "service", query: { org_id } },
  );
  assert.strictEqual(status, 200, text);
  // value, status, n, previous, reason
  const expected: Record<string, Cells> = {
    ai_interaction_velocity: [5 / 4, "critical", 5, 1, null], // Ann in two hours, Bob in two
    acceptance_rate: [50, "good", 4, 100, null],
    model_selection_accuracy: [200 / 3, "warning", 3, null, null],
    error_rate: [20, "critical", 5, 0, null],
    token_efficiency: [1200 / 40, "good", 40, null, null],
    pr_throughput: [4, "warning", 4, 1, null],
    commit_frequency: [1.5, "critical", 3, null, null],
    pr_merge_time_hours: [15, "good", 4, 5, null], // 2, 10, 20, 30
    rework_rate: [50, "critical", 4, 0, null],
  };
  for (const [name, cells] of Object.entries(expected)) {
    await t.step(name, () => {
      const { value, status, n, previous, reason } = body.kpis[name] ?? {};
      assert.deepStrictEqual([value, status, n, previous, reason], cells);
    });
  }
  await t.step("each says what it is", () => {
    assert.deepStrictEqual(Object.keys(body.kpis), Object.keys(expected));
    const { unit, threshold, direction, definition } = body.kpis["error_rate"] ?? {};
    assert.deepStrictEqual([unit, threshold, direction, definition], [
      "%",
      5,
      "lower_is_better",
      "ai.error_rate@1",
    ]);
  });
});

Deno.test("GET /metrics/raw answers what the KPIs are made of, of as many days as asked for", async () => {
  const org_id = await newWeek();
  const read = async (since: number) => {
    const query = { org_id, since };
    const { body } = await api<Record<string, Record<string, unknown>>>("/metrics/raw", {
      as: "service",
      query,
    });
    return body;
  };
  const { window, metrics, previous } = await read(7);
  assert.strictEqual(window?.["days"], 7);
  assert.deepStrictEqual(metrics, {
    sessions: 5,
    active_hours: 4,
    failed_sessions: 1,
    accepted: 2,
    rejected: 2,
    people_accepted: 2,
    people_rejected: 2,
    automatic_decisions: 0,
    tokens: 1500,
    accepted_tokens: 1200,
    fresh_tokens: 1200,
    cached_tokens: 0,
    accepted_lines: 40,
    measured_lines: 40,
    unmeasured_sessions: 0,
    // The session of gpt-4o said nothing of its cost; what the price table makes of it is not this test's.
    cost_usd: metrics?.["cost_usd"],
    uncosted_sessions: metrics?.["uncosted_sessions"],
    latency_ms_sum: 400,
    latency_calls: 2,
    policy_sessions: 3,
    allowed_sessions: 2,
    merged_pull_requests: 0,
    merge_hours_median: null,
    reworked_pull_requests: 0,
    has_pull_requests: false,
    commits: 0,
    commit_days: 0,
  });
  assert.strictEqual(previous?.["cost_usd"], 4);
  assert.strictEqual(previous?.["sessions"], 1);
  const longer = await read(8);
  assert.strictEqual(longer["metrics"]?.["sessions"], 6);
});

Deno.test("GET /metrics of an organization without anything is unknown, never 0", async () => {
  const org_id = (await newOrganization()).id;
  const { body } = await api<{ kpis: Record<string, { value: unknown; reason: string }> }>(
    "/metrics",
    { as: "service", query: { org_id } },
  );
  assert.deepStrictEqual(
    Object.fromEntries(
      Object.entries(body.kpis).map(([name, { value, reason }]) => [name, [value, reason]]),
    ),
    {
      ai_interaction_velocity: [null, "no_sessions"],
      acceptance_rate: [null, "no_decisions"],
      model_selection_accuracy: [null, "no_policy"],
      error_rate: [null, "no_sessions"],
      token_efficiency: [null, "no_accepted_lines"],
      pr_throughput: [null, "no_pull_requests"],
      commit_frequency: [null, "no_commits"],
      pr_merge_time_hours: [null, "no_pull_requests"],
      rework_rate: [null, "no_pull_requests"],
    },
  );
});

Deno.test("GET /profile adds up a developer's sessions, every day present", async (t) => {
  const org_id = await newWeek();
  const read = (developer_id: string, since = 7) =>
    api("/profile", { as: "service", query: { org_id, developer_id, since } });
  await t.step("Ann", async () => {
    const { body, text } = await read("Ann");
    const { window, period, metrics, sessions_by_date, ...numbers } = body;
    const { total_cost_usd, uncosted_sessions, ...rest } = numbers;
    assert.deepStrictEqual(rest, {
      developer_id: "Ann",
      total_sessions: 3,
      total_tokens_used: 800,
      avg_latency_ms: 200,
      acceptance_rate: 50,
      most_used_models: [
        { model: "claude-sonnet-4-20250514", sessions: 2, tokens: 500 },
        { model: "gpt-4o", sessions: 1, tokens: 300 },
      ],
      active_repos: [{ repository: "acme/app", sessions: 3 }],
      definition: "ai.profile@1",
    }, text);
    assert.strictEqual((window as { days: number }).days, 7);
    assert.strictEqual((period as { days: number }).days, 7);
    assert.deepStrictEqual(
      (metrics as { key: string; value: number }[]).map(({ key, value }) => [key, value]),
      [
        ["sessions", 3],
        ["tokens", 800],
        ["cost_usd", total_cost_usd],
        ["acceptance_rate", 50],
        ["latency_ms", 200],
      ],
    );
    const days = sessions_by_date as { date: string; sessions: number }[];
    assert.strictEqual(days.length, 8);
    assert.strictEqual(days.reduce((sum, { sessions }) => sum + sessions, 0), 3);
    const date = yesterday.toISOString().slice(0, 10);
    const sameDay = minutesAfter(yesterday, 65).toISOString().slice(0, 10) === date;
    assert.strictEqual(days.find((day) => day.date === date)?.sessions, sameDay ? 3 : 2);
    assert.ok(Number(total_cost_usd) >= 1.5);
    assert.ok(Number(uncosted_sessions) <= 1);
  });
  await t.step("Bob, over one day and over a year", async () => {
    const [day, year] = [await read("bob", 1), await read("bob", 365)];
    assert.deepStrictEqual([day.body["total_sessions"], year.body["total_sessions"]], [0, 3]);
    assert.deepStrictEqual([day.body["total_cost_usd"], year.body["total_cost_usd"]], [0, 6.25]);
    assert.strictEqual((year.body["sessions_by_date"] as unknown[]).length, 366);
  });
  await t.step("nobody", async () => assertProblem(await read("cid"), 404, "not_found"));
});
