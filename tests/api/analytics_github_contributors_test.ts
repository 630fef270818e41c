import assert from "node:assert/strict";
import { githubOrganization } from "../fixtures/github_history.ts";
import { sql } from "../helpers/stack/database.ts";
import {
  type Contributors,
  readGithub,
  type Repositories,
} from "../helpers/github/github_reads.ts";

// Every number is worked out by hand from tests/fixtures/github_history.ts.

const org = await githubOrganization();

Deno.test("GET /analytics/github/contributors shows teams, and nobody's login", async () => {
  const { body, text } = await readGithub<Contributors>(org, "contributors");
  assert.ok(!text.includes("-q"), text);
  assert.strictEqual(body.by, "team");
  assert.deepStrictEqual(body.totals, { persons: 4, commits: 7, pull_requests: 4, reviews: 6 });
  assert.deepStrictEqual(counted(body), [
    ["Red", 2, 5, 2, 4],
    ["Blue", 2, 3, 2, 3],
    ["no team", 1, 1, 1, 1],
  ]);
  // ben-q, who is in both teams, reviewed 1 twice; cleo-q did once. ann-q reviewed 2 and 5; 4 is a bot's.
  assert.deepStrictEqual(edges(body), [
    ["Blue", "Red", 3, 1],
    ["Red", "Red", 3, 2],
    ["Red", "Blue", 1, 1],
    ["Red", "no team", 1, 1],
  ]);
  assert.deepStrictEqual(body.review_network.nodes, [
    { name: "Red", given: 5, received: 6 },
    { name: "Blue", given: 3, received: 1 },
    { name: "no team", given: 0, received: 1 },
  ]);
});

Deno.test("activity is by weekday and hour of the organization's time zone, bots left out", async () => {
  const { body } = await readGithub<Contributors>(org, "contributors");
  assert.deepStrictEqual(
    body.activity?.map(({ weekday, hour, commits, pull_requests, reviews }) => [
      weekday,
      hour,
      commits,
      pull_requests,
      reviews,
    ]),
    [
      [1, 5, 0, 1, 0],
      [1, 9, 1, 0, 0],
      [1, 10, 0, 1, 0],
      [1, 23, 1, 0, 0],
      [2, 9, 0, 0, 2],
      [2, 14, 0, 0, 1],
      [2, 15, 1, 0, 0],
      [3, 7, 0, 0, 1],
      [3, 13, 1, 0, 0],
      [4, 10, 1, 0, 0],
      [4, 11, 0, 1, 0],
      [5, 6, 0, 0, 1],
      [6, 7, 0, 1, 0],
      [6, 10, 0, 0, 1],
      [7, 7, 1, 0, 0],
      [7, 23, 1, 0, 0],
    ],
  );
});

Deno.test("the bus factor is how few wrote more than half of the commits", async () => {
  const { body } = await readGithub<Contributors>(org, "contributors");
  // ann-q 3, ben-q 2, cleo-q and dan-q 1 of 7: one has 3, two have 5. The week before ben-q wrote the only one.
  assert.deepStrictEqual(body.bus_factor, {
    key: "bus_factor",
    label: "Bus factor",
    unit: "persons",
    direction: "higher_is_better",
    definition: "github.bus_factor@1",
    value: 2,
    authors: 4,
    n: 7,
    null_reason: null,
    previous: {
      value: 1,
      authors: 1,
      n: 1,
      period: {
        start: "2024-12-30",
        end: "2025-01-05",
        days: 7,
        time_zone: "America/New_York",
        complete: true,
      },
    },
    change: { value: 100, unit: "%", null_reason: null },
    no_data: null,
    change_pct: 100,
    change_reason: null,
  });
});

Deno.test("contributors are persons once the organization has opted in, a page at a time", async () => {
  await withSettings("individual_metrics = true, min_group_size = 5", async () => {
    const { body } = await readGithub<Contributors>(org, "contributors");
    assert.strictEqual(body.by, "person");
    assert.strictEqual(body.hidden_groups, 0);
    assert.deepStrictEqual(counted(body), [
      ["ann-q", 1, 3, 1, 2],
      ["ben-q", 1, 2, 1, 2],
      ["cleo-q", 1, 1, 1, 1],
      ["dan-q", 1, 1, 1, 1],
    ]);
    assert.deepStrictEqual(edges(body), [
      ["ben-q", "ann-q", 2, 1],
      ["ann-q", "ben-q", 1, 1],
      ["ann-q", "dan-q", 1, 1],
      ["cleo-q", "ann-q", 1, 1],
    ]);
    assert.ok(body.activity);
    const second =
      (await readGithub<Contributors>(org, "contributors", { page: 2, page_size: 3 })).body;
    assert.deepStrictEqual(counted(second).map(([name]) => name), ["dan-q"]);
    assert.deepStrictEqual([second.total_count, second.has_more], [4, false]);
  });
});

Deno.test("small groups are hidden and counted, with whom they reviewed", async () => {
  await withSettings("min_group_size = 2", async () => {
    const { body } = await readGithub<Contributors>(org, "contributors");
    assert.deepStrictEqual(counted(body).map(([name]) => name), ["Red", "Blue"]);
    assert.strictEqual(body.hidden_groups, 1);
    assert.deepStrictEqual(edges(body).map(([from, to]) => [from, to]), [
      ["Blue", "Red"],
      ["Red", "Red"],
      ["Red", "Blue"],
    ]);
    const { body: rows } = await readGithub<Repositories>(org, "repositories");
    assert.deepStrictEqual(
      rows.repositories.map(({ repository, commits }) => [repository, commits["pattern"] === null]),
      [["acme/api", true], ["acme/shop", false]],
    );
  });
  await withSettings("min_group_size = 5", async () => {
    const { body } = await readGithub<Contributors>(org, "contributors");
    assert.deepStrictEqual([body.activity, body.contributors, edges(body)], [null, [], []]);
    assert.strictEqual(body.hidden_groups, 3);
  });
});

async function withSettings(settings: string, test: () => Promise<void>): Promise<void> {
  await sql(`update public.organizations set ${settings} where id = $1::uuid`, org);
  try {
    await test();
  } finally {
    await sql(
      "update public.organizations set individual_metrics = false, min_group_size = 1 where id = $1::uuid",
      org,
    );
  }
}

function counted(body: Contributors) {
  return body.contributors.map(({ name, persons, commits, pull_requests, reviews }) => [
    name,
    persons,
    commits,
    pull_requests,
    reviews,
  ]);
}

function edges(body: Contributors) {
  return body.review_network.edges.map((edge) => [
    edge.reviewer,
    edge.author,
    edge.reviews,
    edge.pull_requests,
  ]);
}
