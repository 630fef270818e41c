import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { ingest, stored } from "../helpers/ai/sessions.ts";

interface Listed {
  id: string;
  external_id: string;
  cost_usd: number | null;
  cost_outlier: boolean | null;
}

async function list(org_id: string, query: Record<string, string | number> = {}) {
  const answer = await api<{ total_count: number; has_more: boolean; sessions: Listed[] }>(
    "/sessions",
    { as: "service", query: { org_id, ...query } },
  );
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

async function ids(org: string, query: Record<string, string | number>): Promise<string> {
  const { sessions, total_count } = await list(org, query);
  return `${total_count}: ${sessions.map(({ external_id }) => external_id).join(" ")}`;
}

Deno.test("GET /sessions filters, sorts and pages", async () => {
  // Half an hour off the hours that totals are kept by.
  const { id: org } = await newOrganization({ timeZone: "Asia/Kolkata" });
  const at = (timestamp: string, id: string, more: Record<string, unknown>) => ({
    id,
    timestamp,
    model: "m1",
    developer_id: "ada",
    repository: "acme/shop",
    ...more,
  });
  await stored(org, [
    // 16 November begins at 18:30 UTC the day before.
    at("2026-11-15T18:29:59Z", "a", { cost_usd: 3, input_tokens: 10 }),
    at("2026-11-15T18:30:00Z", "b", { cost_usd: 1, input_tokens: 30 }),
    at("2026-11-16T09:00:00Z", "c", { model: "m2", developer_id: "Bob", input_tokens: 20 }),
    at("2026-11-16T18:29:59Z", "d", { cost_usd: 2, repository: "acme/api", input_tokens: 40 }),
    at("2026-11-16T18:30:00Z", "e", { cost_usd: 4, input_tokens: 5 }),
  ]);
  const cases: [Record<string, string | number>, string][] = [
    [{}, "5: e d c b a"],
    [{ sort_order: "asc" }, "5: a b c d e"],
    [{ sort_by: "cost_usd" }, "5: e a d b c"],
    [{ sort_by: "cost_usd", sort_order: "asc" }, "5: c b d a e"],
    [{ sort_by: "tokens" }, "5: d b c a e"],
    [{ start: "2026-11-16", end: "2026-11-16" }, "3: d c b"],
    [{ end: "2026-11-15" }, "1: a"],
    [{ start: "2026-11-17" }, "1: e"],
    [{ developer_id: "BOB" }, "1: c"],
    [{ model: "m1", start: "2026-11-16", end: "2026-11-16" }, "2: d b"],
    [{ repository: "Acme/API" }, "1: d"],
    [{ repository: "acme/none" }, "0: "],
    [{ page: 2, page_size: 2 }, "5: c b"],
    [{ page: 4, page_size: 2 }, "5: "],
  ];
  for (const [query, expected] of cases) {
    assert.strictEqual(await ids(org, query), expected, JSON.stringify(query));
  }
});

Deno.test("GET /sessions flags the session that costs far more than others with its model", async () => {
  const { id: org } = await newOrganization();
  const call = (id: number, model: string, cost_usd: number) => ({
    id: `${model}-${id}`,
    timestamp: `2026-11-16T09:${String(id).padStart(2, "0")}:00Z`,
    model,
    cost_usd,
  });
  await stored(org, [
    // Costs 0.90 to 1.09: a median of 1, and the bound at 1.26.
    ...Array.from({ length: 20 }, (_, index) => call(index, "often", 0.9 + index / 100)),
    call(30, "often", 2),
    call(31, "seldom", 2),
  ]);
  const { sessions } = await list(org, { page_size: 100 });
  const flag = (id: string) => sessions.find(({ external_id }) => external_id === id)?.cost_outlier;
  assert.deepStrictEqual([flag("often-30"), flag("often-19"), flag("seldom-31")], [
    true,
    false,
    null,
  ]);
});

Deno.test("sessions are linked exactly by commits and numbers, else to what fits best, whichever comes first", async () => {
  const { id: org } = await newOrganization();
  await stored(org, [
    { ...session("by-commit"), repository: "acme/shop", git_commit_id: "aaaaaaa" },
    { ...session("by-number"), repository: "acme/shop", pull_request: "#2" },
    { ...session("by-branch"), repository: "acme/shop", branch: "cart" },
    { ...session("by-person"), repository: "acme/shop", developer_id: "Ada" },
    {
      ...session("by-both"),
      repository: "acme/shop",
      branch: "cart",
      developer_id: "ada@example.test",
    },
    { ...session("other-branch"), repository: "acme/shop", branch: "else", developer_id: "ada" },
    { ...session("other-repository"), repository: "acme/api", developer_id: "ada" },
    {
      ...session("too-late", "2026-11-17T12:00:01Z"),
      repository: "acme/shop",
      developer_id: "ada",
    },
  ]);
  await delivery(org);
  // What comes after the pull requests finds them too.
  await stored(org, [{ ...session("later"), git_commit_id: "b".repeat(40) }]);
  const rows = await sql<Record<string, unknown>>(
    `select s.external_id, p.external_id as number, l.method, l.confidence::float8
     from private.ai_session_links l join private.ai_sessions s on s.id = l.session_id
     join private.pull_requests p on p.id = l.pull_request_id where l.org_id = $1::uuid order by 1`,
    org,
  );
  assert.deepStrictEqual(rows.map(Object.values), [
    ["by-both", "1", "scored", 0.8], // branch 0.45, only the name before the @ 0.2, time 0.15
    ["by-branch", "1", "scored", 0.6],
    ["by-commit", "1", "exact", 1],
    ["by-number", "2", "exact", 1],
    ["by-person", "1", "scored", 0.5],
    ["later", "2", "exact", 1],
  ]);
  const { id } = await sqlRow<{ id: string }>(
    "select id from private.ai_sessions where org_id = $1::uuid and external_id = 'by-commit'",
    org,
  );
  const { body } = await api(`/sessions/${id}`, { as: "service", query: { org_id: org } });
  assert.deepStrictEqual(body["commits"], [{ sha: "aaaaaaa", method: "exact", confidence: 1 }]);
  assert.deepStrictEqual(body["pull_requests"], [{
    repository: "Acme/Shop",
    number: "1",
    title: "Cart",
    state: "merged",
    merged_at: "2026-11-17T12:00:00+00:00",
    method: "exact",
    confidence: 1,
  }]);
  // A pull request that turns out to be another branch's loses what linked to it by that.
  await sql(
    "update private.pull_requests set head_branch = 'else' where org_id = $1::uuid and external_id = '1'",
    org,
  );
  const [{ linked } = {}] = await sql<{ linked: string }>(
    `select string_agg(s.external_id, ' ' order by 1) as linked
     from private.ai_session_links l join private.ai_sessions s on s.id = l.session_id
     where l.org_id = $1::uuid and l.method = 'scored'`,
    org,
  );
  assert.strictEqual(linked, "by-person other-branch");
});

Deno.test("GET /sessions/{id} shows calls with their prices, edits and counters", async () => {
  const { id: org } = await newOrganization();
  await ingest(org, {
    ...session("s"),
    model: "gpt-4o-mini",
    input_tokens: 1_000_000,
    accepted: true,
    accepted_lines: 3,
    latency_ms: 250,
  });
  const { id } = await sqlRow<{ id: string }>(
    "select id from private.ai_sessions where org_id = $1::uuid",
    org,
  );
  const { body } = await api(`/sessions/${id}`, { as: "service", query: { org_id: org } });
  const [call] = body["calls"] as Record<string, unknown>[];
  assert.deepStrictEqual([call?.["cost_usd"], call?.["cost_source"]], [0.15, "estimated"]);
  assert.strictEqual((call?.["price"] as Record<string, unknown>)["input_usd"], 0.15);
  const [edit] = body["edits"] as Record<string, unknown>[];
  assert.deepStrictEqual([edit?.["decision"], edit?.["lines_added"]], ["accept", 3]);
  assert.deepStrictEqual(
    [body["calls_count"], body["avg_latency_ms"], body["cost_source"]],
    [1, 250, "estimated"],
  );
});

Deno.test("GET /sessions/yield says what became of the money, by the exact chain", async () => {
  const { id: org } = await newOrganization({ timeZone: "UTC" });
  const costs = (id: string, cost_usd: number, pull_request?: string) => ({
    ...session(id),
    repository: "acme/shop",
    cost_usd,
    ...(pull_request === undefined ? {} : { pull_request }),
  });
  await delivery(org);
  await stored(org, [
    costs("deployed", 1, "1"),
    costs("caused", 2, "2"),
    costs("reverted", 4, "3"),
    costs("merged", 8, "4"),
    costs("open", 16, "5"),
    costs("abandoned", 32, "6"),
    costs("nowhere", 64),
    { ...costs("guessed", 128), branch: "cart", developer_id: "ada" },
    { ...session("outside", "2026-10-01T00:00:00Z"), cost_usd: 1000 },
    { ...session("uncosted"), model: "nobody-knows", input_tokens: 1 },
  ]);
  const { body } = await api<Record<string, unknown>>("/sessions/yield", {
    as: "service",
    query: { org_id: org, start: "2026-11-16", end: "2026-11-30" },
  });
  const outcomes = (body["outcomes"] as Record<string, unknown>[]).map(
    ({ outcome, sessions, cost_usd }) => [outcome, sessions, cost_usd],
  );
  assert.deepStrictEqual(outcomes, [
    ["caused_incident", 1, 2],
    ["reverted", 1, 4],
    ["deployed", 1, 1],
    ["merged", 1, 8],
    ["open", 1, 16],
    ["abandoned", 1, 32],
  ]);
  assert.deepStrictEqual([body["sessions"], body["cost_usd"], body["uncosted_sessions"]], [
    9,
    255,
    1,
  ]);
  // (1 + 2 + 4 + 8) ÷ 4 pull requests; (1 + 2) ÷ 2 deployments
  assert.deepStrictEqual(
    [body["cost_per_merged_pull_request"], body["cost_per_deployment"]],
    [3.75, 1.5],
  );
  assert.deepStrictEqual(body["unlinked"], {
    sessions: 3,
    cost_usd: 192,
    share_of_sessions: 300 / 9,
    share_of_cost: 19_200 / 255,
    scored: { sessions: 1, cost_usd: 128 },
  });
});

Deno.test("GET /sessions/yield by week adds up to the whole, every outcome present", async () => {
  const { id: org } = await newOrganization({ timeZone: "America/Los_Angeles" });
  await delivery(org);
  await stored(org, [
    // Sunday night in Los Angeles is Monday in UTC.
    {
      ...session("sunday", "2026-11-16T07:30:00Z"),
      repository: "acme/shop",
      cost_usd: 1,
      pull_request: "1",
    },
    { ...session("monday", "2026-11-16T08:30:00Z"), cost_usd: 2 },
    {
      ...session("tuesday", "2026-11-17T20:00:00Z"),
      repository: "acme/shop",
      cost_usd: 4,
      pull_request: "2",
    },
    { ...session("unknown", "2026-11-17T21:00:00Z"), model: "nobody-knows", input_tokens: 1 },
  ]);
  const read = (query: Record<string, string>) =>
    api<{ series: Record<string, unknown>[] | null; cost_usd: number }>("/sessions/yield", {
      as: "service",
      query: { org_id: org, start: "2026-11-12", end: "2026-11-22", ...query },
    });
  const { body } = await read({ interval: "week" });
  assert.strictEqual(body.cost_usd, 7);
  assert.deepStrictEqual(
    body.series?.map((
      { start, end, complete, sessions, cost_usd, uncosted_sessions, unlinked },
    ) => [
      start,
      end,
      complete,
      sessions,
      cost_usd,
      uncosted_sessions,
      unlinked,
    ]),
    [
      ["2026-11-12", "2026-11-15", false, 1, 1, 0, { sessions: 0, cost_usd: 0 }],
      ["2026-11-16", "2026-11-22", true, 3, 6, 1, { sessions: 2, cost_usd: 2 }],
    ],
  );
  const none = { sessions: 0, cost_usd: 0 };
  assert.deepStrictEqual(body.series?.map(({ outcomes }) => outcomes), [
    [
      { outcome: "caused_incident", ...none },
      { outcome: "reverted", ...none },
      { outcome: "deployed", sessions: 1, cost_usd: 1 },
      { outcome: "merged", ...none },
      { outcome: "open", ...none },
      { outcome: "abandoned", ...none },
    ],
    [
      { outcome: "caused_incident", sessions: 1, cost_usd: 4 },
      { outcome: "reverted", ...none },
      { outcome: "deployed", ...none },
      { outcome: "merged", ...none },
      { outcome: "open", ...none },
      { outcome: "abandoned", ...none },
    ],
  ]);
  assert.strictEqual((await read({})).body.series, null);
  assert.strictEqual((await read({ interval: "day" })).body.series?.length, 11);
  assertProblem(
    await read({ interval: "day", start: "2025-11-21" }),
    422,
    "validation_failed",
    ["interval"],
  );
});

/** A session of one call, before the first pull request was opened. */
function session(id: string, timestamp = "2026-11-16T12:00:00Z") {
  return { id, timestamp };
}

/**
 * Six pull requests of acme/shop: 1 is of Ada's branch `cart` and deployed, 2 is deployed and caused an incident, 3 was reverted by 7,
 * 4 is merged, 5 open, 6 closed.
 */
async function delivery(org: string): Promise<void> {
  const { id } = await sqlRow<{ id: string }>(
    "insert into private.repositories (org_id, full_name) values ($1::uuid, 'Acme/Shop') returning id::text as id",
    org,
  );
  await sql(
    `insert into private.pull_requests
       (org_id, repository_id, external_id, title, author, state, head_branch, created_at, merged_at, closed_at, merge_commit_sha, reverts_external_id, updated_at)
     select $1::uuid, $2::bigint, number, title, author, state, branch, '2026-11-16T13:00:00Z', merged, closed, merge, reverts, '2026-11-17'
     from (values
       ('1', 'Cart', 'Ada', 'merged', 'cart', '2026-11-17T12:00:00Z'::timestamptz, null::timestamptz, repeat('1', 40), null),
       ('2', '', 'bob', 'merged', 'b2', '2026-11-17', null, repeat('2', 40), null),
       ('3', '', 'bob', 'merged', 'b3', '2026-11-17', null, repeat('3', 40), null),
       ('4', '', 'bob', 'merged', 'b4', '2026-11-17', null, repeat('4', 40), null),
       ('5', '', 'bob', 'open', 'b5', null, null, null, null),
       ('6', '', 'bob', 'closed', 'b6', null, '2026-11-17', null, null),
       ('7', '', 'bob', 'merged', 'b7', '2026-11-18', null, repeat('7', 40), '3')
     ) as p (number, title, author, state, branch, merged, closed, merge, reverts)`,
    org,
    id,
  );
  await sql(
    `insert into private.pull_request_commits (pull_request_id, sha, org_id, authored_at, committed_at)
     select p.id, repeat(c.letter, 40), $1::uuid, '2026-11-16T12:30:00Z', '2026-11-16T12:30:00Z'
     from (values ('1', 'a'), ('2', 'b')) as c (number, letter)
     join private.pull_requests p on p.org_id = $1::uuid and p.external_id = c.number`,
    org,
  );
  await sql(
    `with deployment as (
       insert into private.deployments (org_id, repository_id, external_id, environment, status, created_at, finished_at, updated_at)
       select $1::uuid, $2::bigint, n, 'production', 'success', '2026-11-18', '2026-11-18', '2026-11-18' from (values ('1'), ('2')) as d (n)
       returning id, external_id
     ),
     commit as (
       insert into private.commits (repository_id, sha, org_id, authored_at, committed_at)
       select $2::bigint, repeat(n, 40), $1::uuid, '2026-11-17', '2026-11-17' from (values ('1'), ('2')) as c (n) returning sha
     ),
     incident as (
       insert into private.incidents (org_id, repository_id, external_id, began_at, created_at, updated_at)
       values ($1::uuid, $2::bigint, 'i', '2026-11-19', '2026-11-19', '2026-11-19') returning id
     ),
     link as (
       insert into private.incident_links (incident_id, deployment_id, org_id, method)
       select i.id, d.id, $1::uuid, 'explicit' from incident i, deployment d where d.external_id = '2'
     )
     insert into private.deployed_commits (repository_id, environment, sha, org_id, deployment_id, deployed_at)
     select $2::bigint, 'production', c.sha, $1::uuid, d.id, '2026-11-18' from deployment d join commit c on left(c.sha, 1) = d.external_id`,
    org,
    id,
  );
}
