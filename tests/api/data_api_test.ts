import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { dataApi } from "../helpers/stack/data_api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newPerson, newTeam, type Person } from "../helpers/tenancy/people.ts";

Deno.test("a number the API would refuse is refused by the table too, and every read answers", async () => {
  const { member, viewer } = await newTeam();
  const wrong: Record<string, unknown>[] = [
    { metric_date: "0001-01-01" },
    { metric_date: "9999-12-31" },
    { metric_date: "1999-12-31" },
    { metric_date: "2101-01-01" },
    { metric_date: "infinity" },
    { metric_date: "-infinity" },
    { metric_name: "ses\u0001sions" },
    { metric_name: "" },
    { source_name: "ga\u001b4" },
    { metric_value: "NaN" },
    { metric_value: 1e16 },
    { dimensions: { page: { path: "/" } } },
    { dimensions: { page: 1 } },
    { dimensions: { ["k".repeat(51)]: "v" } },
    { dimensions: { page: "v".repeat(201) } },
    { dimensions: { page: "a\u0001" } },
    { dimensions: [] },
    { meta: { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } } },
    { meta: [] },
  ];
  for (const one of wrong) {
    const answer = await dataApi("POST", "metrics", row(member, one), member);
    assert.strictEqual(answer.status, 400, `${JSON.stringify(one)}: ${answer.text}`);
  }
  for (
    const one of [
      { metric_date: "2000-01-01" },
      { metric_date: "2100-12-31", dimensions: { page: "/a\nb" }, meta: { a: { b: [1] } } },
    ]
  ) {
    const answer = await dataApi("POST", "metrics", row(member, one), member);
    assert.strictEqual(answer.status, 201, answer.text);
  }
  for (const path of ["/dashboard/tiles", "/metrics/timeline", "/metrics/catalog"]) {
    const { status, text } = await api(path, { as: viewer });
    assert.strictEqual(status, 200, text);
  }
});

Deno.test("what all time's tiles cost does not depend on how far two numbers lie apart", async () => {
  const owner = await newPerson();
  for (const [metric_date, metric_value] of [["2000-01-01", 3], ["2100-12-31", 4]] as const) {
    const stored = await dataApi(
      "POST",
      "metrics",
      row(owner, { metric_date, metric_value }),
      owner,
    );
    assert.strictEqual(stored.status, 201, stored.text);
  }
  const { status, text, body } = await api<{
    sessions: number;
    tiles: { key: string; series: { date: string; value: number | null }[] }[];
  }>("/dashboard/tiles", { as: owner });
  assert.strictEqual(status, 200, text);
  assert.strictEqual(body.sessions, 7);
  const series = body.tiles.find(({ key }) => key === "sessions")?.series ?? [];
  // The last 3660 days: 2100-12-31 and the 3659 before it.
  assert.strictEqual(series.length, 3660);
  assert.deepStrictEqual({ date: series[0]?.date, value: series[0]?.value }, {
    date: "2090-12-24",
    value: 0,
  });
  assert.deepStrictEqual({ date: series.at(-1)?.date, value: series.at(-1)?.value }, {
    date: "2100-12-31",
    value: 4,
  });
  for (
    const [name, range] of [["tiles", { p_start: "2000-01-01", p_end: "2100-12-31" }], [
      "timeline",
      { p_start: "2000-01-01" },
    ], ["timeline", { p_end: "infinity" }]] as const
  ) {
    const rpc = name === "tiles" ? "dashboard_tiles" : "metrics_timeline";
    const answer = await dataApi("POST", `rpc/${rpc}`, range, owner);
    assert.strictEqual(answer.status, 400, answer.text);
  }
});

Deno.test("nobody to identify is nothing to do", async () => {
  const { member, viewer } = await newTeam();
  for (const p_changes of [[], null]) {
    const answer = await dataApi(
      "POST",
      "rpc/identify_persons",
      { p_org_id: null, p_changes },
      member,
    );
    assert.deepStrictEqual([answer.status, answer.text], [200, "[]"]);
  }
  const answer = await dataApi(
    "POST",
    "rpc/identify_persons",
    { p_org_id: null, p_changes: [] },
    viewer,
  );
  assert.strictEqual(answer.status, 400, answer.text);
  assert.match(answer.text, /LL403/);
});

Deno.test("dropped events are counted by whole numbers above 0, and the read of them answers", async () => {
  const { org, member, viewer } = await newTeam();
  const wrong: unknown[] = [
    { spam: -1 },
    { spam: 0 },
    { spam: 9_000_000_000_000_000 },
    { spam: 1e300 },
    { spam: 1.5 },
    { spam: "3" },
    { spam: null },
    { "sp\u0001am": 1 },
    { "": 1 },
    [1],
    "spam",
  ];
  for (const p_drops of wrong) {
    const answer = await dataApi(
      "POST",
      "rpc/count_event_drops",
      { p_org_id: org, p_drops },
      member,
    );
    assert.strictEqual(answer.status, 400, `${JSON.stringify(p_drops)}: ${answer.text}`);
  }
  for (const p_drops of [{ spam: 2 }, { spam: 3, name_missing: 1 }, {}, null]) {
    const answer = await dataApi(
      "POST",
      "rpc/count_event_drops",
      { p_org_id: org, p_drops },
      member,
    );
    assert.ok(answer.status < 300, answer.text);
  }
  const { status, text } = await api("/analytics/drops", { as: viewer });
  assert.strictEqual(status, 200, text);
  const { n } = await sqlRow<{ n: number }>(
    "select sum(n)::int as n from private.event_drops where org_id = $1::uuid and reason = 'spam'",
    org,
  );
  assert.strictEqual(n, 5);
});

Deno.test("what is said of a person has the kinds that it must have, and their read and export answer", async () => {
  const { org, owner, member } = await newTeam();
  const wrong: Record<string, unknown>[] = [
    { traits: [1, 2] },
    { traits: "text" },
    { group_id: "g", group_traits: [1] },
    { group_id: ["g"] },
    { person: 12 },
    { person: "" },
    { person: "ann" },
    { person: "u:an\u0001n" },
    { other: ["a:1"] },
    { previous: {} },
    { age: "old" },
    { age: 1e9 },
    { gender: 3 },
    { index: "first" },
  ];
  for (const one of wrong) {
    const p_changes = [{ index: 0, person: "u:ann", ...one }];
    const answer = await dataApi(
      "POST",
      "rpc/identify_persons",
      { p_org_id: org, p_changes },
      member,
    );
    assert.strictEqual(answer.status, 400, `${JSON.stringify(one)}: ${answer.text}`);
  }
  const p_changes = [{ index: 0, person: "u:ann", traits: { plan: "pro" }, group_id: "g" }];
  const stored = await dataApi(
    "POST",
    "rpc/identify_persons",
    { p_org_id: org, p_changes },
    member,
  );
  assert.strictEqual(stored.status, 200, stored.text);
  for (const suffix of ["", "/export"]) {
    const { status, text } = await api(`/analytics/persons/u:ann${suffix}`, { as: owner });
    assert.strictEqual(status, 200, text);
  }
});

function row(person: Person, wrong: Record<string, unknown>) {
  return {
    user_id: person.id,
    source_name: "ga4",
    metric_date: "2026-11-16",
    metric_name: "sessions",
    metric_value: 1,
    ...wrong,
  };
}

Deno.test("nobody gets more than a thousand rows at once, whatever they ask for", async (t) => {
  const { org, owner, viewer } = await newTeam();
  await sql(
    `insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
     select $1::uuid, 'ga4', '2026-01-01'::date + n % 300, 'metric ' || n / 300, n from generate_series(1, 1100) n`,
    owner.id,
  );
  await sql(
    `insert into public.audit_log (org_id, actor_kind, action, object_type)
     select $1::uuid, 'system', 'tested', 'test' from generate_series(1, 1100)`,
    org,
  );
  await t.step("of a table", async () => {
    for (const query of ["select=id", "select=*&limit=100000", "select=id&limit=1100&offset=0"]) {
      const { status, text } = await dataApi("GET", `metrics?${query}`, undefined, viewer);
      assert.strictEqual(status, 200, text);
      assert.strictEqual(JSON.parse(text).length, 1000, query);
    }
  });
  await t.step("of a function that answers pages", async () => {
    const args = { p_org_id: org, p_page: 1 };
    for (const p_page_size of [1100, 1_000_000_000]) {
      const { status, text } = await dataApi(
        "POST",
        "rpc/organization_audit",
        { ...args, p_page_size },
        owner,
      );
      assert.strictEqual(status, 200, text);
      assert.strictEqual(JSON.parse(text).entries.length, 1000);
    }
  });
  await t.step("any of them", async () => {
    const unbounded = await sql(
      `select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'public' and has_function_privilege('authenticated', p.oid, 'execute')
         and p.proargnames && '{p_page_size,p_limit}' and p.prosrc !~ 'private.dora_run_rows' and p.prosrc !~ 'least\\(((greatest|coalesce)\\()*(p_page_size|p_limit|\\$7),'`,
    );
    assert.deepStrictEqual(unbounded, []);
  });
});
