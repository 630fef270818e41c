import assert from "node:assert/strict";
import { githubOrganization, week } from "../fixtures/github_history.ts";
import { round } from "../fixtures/delivery_history.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { stored } from "../helpers/delivery/delivery.ts";
import {
  type Contributors,
  type Quality,
  readGithub,
  type Repositories,
} from "../helpers/github/github_reads.ts";
import { newOrganization, newPerson, seedPerson } from "../helpers/tenancy/people.ts";

// Every number is worked out by hand from tests/fixtures/github_history.ts.

const h = 3600;
const org = await githubOrganization();
const logins = ["ann-q", "ben-q", "cleo-q", "dan-q"];

/**
 * Of the pull requests merged in the week, 1 to 4; hours.
 *   first review  23 2 – 1   of 1 from 01-06 15:00 to 01-07 14:00, of 2 from when it was ready
 *   review         6 6 – 1
 *   merge         29 56 24 2
 *   lines         50 8 – 1200
 *   rework         2 0 – 0   a2 and a3 after the review; the bot's a7 does not count
 *   rounds         2 1 – 1   of 1: one before a2, one after a3
 *   comments       4 0 – –
 * The week before: 6, reviewed 11 hours before it was ready, 23 hours later merged.
 */
const quality: [string, [number, number, number], number, number, unknown][] = [
  ["first_review_time", [2 * h, 12.5 * h, 18.8 * h], 3, 1, [null, "only_negative_spans"]],
  ["review_time", [6 * h, 6 * h, 6 * h], 3, 1, [23 * h, null]],
  ["merge_time", [26.5 * h, 35.75 * h, 47.9 * h], 4, 0, [24 * h, null]],
  ["size", [50, 625, 970], 3, 1, [null, "not_reported"]],
  ["rework_commits", [0, 1, 1.6], 3, 1, [null, "not_reported"]],
  ["review_cycles", [1, 1.5, 1.8], 3, 1, [null, "not_reported"]],
  ["comments", [2, 3, 3.6], 2, 2, [null, "not_reported"]],
];

Deno.test("GET /analytics/github/code-quality is what one counts by hand", async () => {
  const { body } = await readGithub<Quality>(org, "code-quality");
  assert.deepStrictEqual([body.merged, body.reviewed], [4, 3]);
  assert.deepStrictEqual(
    round(
      body.metrics.slice(0, 7).map(({ metric, value, p75, p90, n, excluded, previous }) => {
        const before = previous as Record<string, unknown>;
        const { unknown } = excluded as Record<string, unknown>;
        return [metric, [value, p75, p90], n, unknown, [before["value"], before["no_data"]]];
      }),
    ),
    round(quality),
  );
  assert.deepStrictEqual(
    body.sizes.filter(({ n }) => n > 0).map((size) => [size.class, size.n, round(size.pct)]),
    [["XS", 1, 33.333333], ["M", 1, 33.333333], ["XXL", 1, 33.333333]],
  );
});

Deno.test("coverage is the median of the latest posted reading of each repository", async () => {
  const { email } = await seedPerson({ org, role: "member" });
  const readings: [string, string, number][] = [
    ["acme/shop", "2025-01-05", 60],
    ["acme/shop", "2025-01-06", 80],
    ["acme/shop", "2025-01-08", 90],
    ["Acme/API", "2025-01-07", 70],
    ["acme/api", "2025-01-13", 10],
  ];
  for (const [repository, metric_date, coverage] of readings) {
    const { status, text } = await api("/metrics/ingest", {
      method: "POST",
      as: "service",
      body: {
        email,
        source_name: "ci",
        metric_date,
        data: { coverage },
        dimensions: { repository },
      },
    });
    assert.strictEqual(status, 200, text);
  }
  const posted = async (query = {}) => {
    const { body } = await readGithub<Quality>(org, "code-quality", query);
    return body.metrics.slice(7).map(({ metric, value, n, no_data, change_points }) => [
      metric,
      value,
      n,
      no_data,
      change_points,
    ]);
  };
  const complexity = ["complexity", null, 0, "not_posted", null];
  // 90 and 70; the week before 60.
  assert.deepStrictEqual(await posted(), [["coverage", 80, 2, null, 20], complexity]);
  assert.deepStrictEqual(await posted({ repository: "acme/api" }), [
    ["coverage", 70, 1, null, null],
    complexity,
  ]);
});

Deno.test("GET /analytics/github/repositories tells how each is worked on", async () => {
  const { body } = await readGithub<Repositories>(org, "repositories", { page: 2, page_size: 1 });
  assert.deepStrictEqual([body.total_count, body.has_more], [2, false]);
  const [shop] = body.repositories;
  const midnight = Array.from({ length: 24 }, () => 0);
  assert.deepStrictEqual(shop?.commits, {
    count: 6,
    direct: 3, // c1, c2, f1
    authors: 3,
    active_days: 5,
    per_week: 6,
    pattern: {
      by_weekday: [2, 1, 1, 1, 0, 0, 1],
      by_hour: midnight.map((_, hour) => hour === 23 ? 2 : [9, 10, 13, 15].includes(hour) ? 1 : 0),
    },
  });
  assert.deepStrictEqual(round(shop.strategy), {
    merged: 4,
    merge_methods: { merge: 1, squash: 2, rebase: 0, unknown: 1 },
    merge_methods_pct: { merge: 25, squash: 50, rebase: 0, unknown: 25 },
    base_branches: [{ name: "main", pull_requests: 3 }, { name: "release", pull_requests: 1 }],
    direct_commits_pct: 50,
    lifetime_seconds: 27.25 * h, // 3, 25, 29.5, 57 hours
  });
  assert.deepStrictEqual(shop.releases, {
    releases: 2,
    prereleases: 1,
    days_between: 6.5, // 10 and 3 days
    last: "2025-01-10T12:00:00+00:00",
  });
  assert.deepStrictEqual(shop.stale_branches, {
    branches: 4,
    count: 1,
    unknown: 1,
    oldest: [{ name: "old", last_commit_at: "2024-12-14T04:59:59+00:00" }],
  });
});

Deno.test("a team stands for its repositories, and an unknown one is refused", async () => {
  await sql(
    `insert into private.team_repositories (team_id, repository_id, org_id)
     select t.id, r.id, r.org_id from private.teams t join private.repositories r on r.org_id = t.org_id
     where t.org_id = $1::uuid and t.name = 'Blue' and r.full_name = 'acme/api'`,
    org,
  );
  const { body } = await readGithub<Repositories>(org, "repositories", { team: "blue" });
  assert.deepStrictEqual(body.repositories.map(({ repository }) => repository), ["acme/api"]);
  const contributors = await readGithub<Contributors>(org, "contributors", { team: "blue" });
  assert.deepStrictEqual(contributors.body.totals, {
    persons: 2,
    commits: 1,
    pull_requests: 1,
    reviews: 1,
  });
  for (const path of ["code-quality", "contributors", "repositories"]) {
    const answer = await api(`/analytics/github/${path}`, {
      as: "service",
      query: { org_id: org, team: "Green" },
    });
    assertProblem(answer, 422, "validation_failed", ["team"]);
  }
});

Deno.test("an organization sees its own work only, and nothing is null with its reason", async () => {
  const stranger = await newPerson({ role: "viewer" });
  const mine = async <Body>(path: string) =>
    (await api<Body>(`/analytics/github/${path}`, { as: stranger, query: week })).body;
  const quality = await mine<Quality>("code-quality");
  assert.deepStrictEqual(
    [...new Set(quality.metrics.map(({ value, no_data }) => `${value} ${no_data}`))],
    ["null no_pull_requests", "null not_posted"],
  );
  const contributors = await mine<Contributors>("contributors");
  assert.deepStrictEqual([contributors.activity, contributors.contributors], [[], []]);
  assert.deepStrictEqual(contributors.review_network, { total_edges: 0, nodes: [], edges: [] });
  assert.deepStrictEqual(
    [contributors.bus_factor["value"], contributors.bus_factor["no_data"]],
    [null, "no_commits"],
  );
  assert.deepStrictEqual((await mine<Repositories>("repositories")).repositories, []);
  for (const path of ["code-quality", "contributors", "repositories"]) {
    const answer = await api(`/analytics/github/${path}`, {
      as: stranger,
      query: { ...week, org_id: org },
    });
    assert.strictEqual(answer.status, 404, answer.text);
    for (const login of logins) assert.ok(!answer.text.includes(login));
  }
});

Deno.test("a repository without work has zeros where nothing is nothing, and null where it is unknown", async () => {
  const { id } = await newOrganization();
  await stored(id, "repository", { repository: "acme/new", default_branch: "trunk" });
  const { body } = await readGithub<Repositories>(id, "repositories");
  const [row] = body.repositories;
  assert.strictEqual(row?.commits["count"], 0);
  assert.strictEqual(row.commits["per_week"], 0);
  assert.deepStrictEqual([row.strategy["direct_commits_pct"], row.strategy["lifetime_seconds"]], [
    null,
    null,
  ]);
  assert.deepStrictEqual(row.releases, {
    releases: 0,
    prereleases: 0,
    days_between: null,
    last: null,
  });
  assert.deepStrictEqual(row.stale_branches, { branches: 0, count: 0, unknown: 0, oldest: [] });
});
