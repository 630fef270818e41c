import assert from "node:assert/strict";
import { type AiSession, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { sha, stored } from "../helpers/delivery/delivery.ts";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization, newTeam, seedPerson } from "../helpers/tenancy/people.ts";
import { dayAgo, keepFor, removedFrom, trim, waits } from "../helpers/tenancy/trims.ts";

const read = async (path: string, org_id: string, query: Record<string, unknown> = {}) => {
  const answer = await api(path, {
    as: "service",
    query: { org_id, ...query } as Record<string, string>,
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
};
const noon = (days: number) => `${dayAgo(days)}T12:00:00Z`;
const utc = async () => (await newOrganization({ timeZone: "UTC" })).id;
const period = (body: Record<string, unknown>) => body["period"] as { rows_since?: string };

Deno.test("what is kept is the owners' to say, within bounds, and audited", async (t) => {
  const { org, owner, admin, viewer } = await newTeam();
  const path = `/orgs/${org}/retention`;
  const put = (as: typeof owner, body: Record<string, unknown>) =>
    api(path, { method: "PUT", as, body });
  await t.step("two years of events and everything else for good, until it is said", async () => {
    const { body } = await api(path, { as: viewer });
    const none = {
      ai: null,
      audit: null,
      delivery: null,
      events: null,
      logs: null,
      metrics: null,
    };
    assert.deepStrictEqual(body, {
      org_id: org,
      events_days: 730,
      ai_days: null,
      delivery_days: null,
      metrics_days: null,
      logs_days: null,
      audit_days: null,
      rows_since: none,
    });
  });
  await t.step("only what is named changes", async () => {
    const first = await put(owner, { events_days: null, ai_days: 90 });
    assert.deepStrictEqual([first.body["events_days"], first.body["ai_days"]], [null, 90]);
    const second = await put(owner, { ai_days: 60 });
    assert.deepStrictEqual([second.body["events_days"], second.body["ai_days"]], [null, 60]);
  });
  await t.step("by nobody else", async () => {
    assertProblem(await put(admin, { ai_days: 30 }), 403, "forbidden");
    assertProblem(await put(viewer, { ai_days: 30 }), 403, "forbidden");
  });
  await t.step("no fewer days than are needed to make sense of the rest", async () => {
    const table = {
      events_days: 0,
      ai_days: 29,
      delivery_days: 29,
      metrics_days: 29,
      logs_days: 6,
      audit_days: 364,
    };
    assertProblem(await put(owner, table), 422, "validation_failed", Object.keys(table));
    assertProblem(await put(owner, { events_days: 3661 }), 422, "validation_failed", [
      "events_days",
    ]);
  });
  await t.step("nor by the data API", async () => {
    const tries: Record<string, unknown>[] = [
      { audit_days: 364 },
      { ai_days: 29 },
      {
        logs_days: 1.5,
      },
      {
        ai_days: "90",
      },
      { everything_days: 30 },
      { ai_days: 1e12 },
    ];
    for (const p_days of tries) {
      const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/set_data_retention`, {
        method: "POST",
        headers: {
          apikey: testEnv("TEST_PUBLISHABLE_KEY"),
          authorization: `Bearer ${owner.token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ p_org_id: org, p_days }),
      });
      assert.strictEqual((await response.json()).code, "LL422", JSON.stringify(p_days));
    }
  });
  await t.step("who said so is in the audit log", async () => {
    const lines = await sql(
      `select action, object_id, (before ->> 'days')::int as was, (after ->> 'days')::int as is
       from public.audit_log where org_id = $1::uuid and object_type = 'data_retention' and actor_id = $2 order by id`,
      org,
      owner.id,
    );
    assert.deepStrictEqual(lines, [
      { action: "data_retention.created", object_id: "events", was: null, is: null },
      { action: "data_retention.created", object_id: "ai", was: null, is: 90 },
      { action: "data_retention.changed", object_id: "ai", was: 90, is: 60 },
    ]);
  });
});

Deno.test("events go and their counts stay; what needs events says since when they are there", async (t) => {
  const org = await utc();
  await trackEvents(org, [
    [noon(90), "open", "u:ann", { plan: "pro" }],
    [noon(90), "buy", "u:ann"],
    [noon(90), "open", "u:bob"],
    [noon(62), "open", "u:ann"],
    [noon(61), "open", "u:bob"],
    [noon(40), "open", "u:ann"],
    [noon(40), "buy", "u:ann"],
    [noon(3), "open", "u:cid"],
    [noon(2), "open", null],
  ]);
  const range = { start: dayAgo(95), end: dayAgo(1) };
  const counted = async () => ({
    overview: await read("/analytics", org, range),
    byGender: await read("/analytics/breakdown", org, { ...range, by: "gender" }),
    active: await read("/analytics/active-users", org, range),
    retention: await read("/analytics/retention", org, { ...range, interval: "week" }),
    returning: await read("/analytics/retention", org, {
      ...range,
      interval: "week",
      start_event: "buy",
    }),
  });
  const funnel = () => read("/analytics/funnel", org, { ...range, steps: "open,buy" });
  const before = await counted();
  assert.strictEqual(before.overview["n"], 9);
  assert.strictEqual(period(await funnel()).rows_since, undefined);

  await keepFor(org, "events", 60);
  assert.strictEqual(await trim(org, "events", 2), 4, "two, two, the last and none");
  const { left } = await sqlRow<{ left: number }>(
    "select count(*)::int as left from public.events where org_id = $1::uuid",
    org,
  );
  assert.strictEqual(left, 4);

  await t.step("the numbers that come from counts are what they were", async () => {
    assert.deepStrictEqual(await counted(), before);
  });
  await t.step("a funnel is of what is left, and says so", async () => {
    const body = await funnel();
    assert.strictEqual(period(body).rows_since, dayAgo(60));
    const [group] = body["groups"] as { steps: { count: number }[] }[];
    assert.deepStrictEqual(group?.steps.map(({ count }) => count), [2, 1]);
    const recent = { start: dayAgo(60), end: dayAgo(1), steps: "open,buy" };
    assert.strictEqual(period(await read("/analytics/funnel", org, recent)).rows_since, undefined);
  });
  await t.step("sessions of a day without its events are unknown, not none", async () => {
    const body = await read("/analytics/sessions", org, { start: dayAgo(90), end: dayAgo(40) });
    const series = body["series"] as { date: string; sessions: number; null_reason: string }[];
    const on = (date: string) => {
      const day = series.find((one) => one.date === date);
      return [day?.sessions, day?.null_reason];
    };
    assert.deepStrictEqual(on(dayAgo(90)), [null, "not_kept"]);
    assert.deepStrictEqual(on(dayAgo(59)), [0, "no_data"]);
    assert.deepStrictEqual(on(dayAgo(40)), [1, null]);
  });
  await t.step("nor is a range of which nothing is left nought", async () => {
    const gone = { start: dayAgo(95), end: dayAgo(80) };
    for (
      const [path, query] of [
        ["sessions", {}],
        ["funnel", { steps: "open,buy" }],
        ["flow", { event: "open" }],
        ["persons/u:ann", {}],
      ] as const
    ) {
      const body = await read(`/analytics/${path}`, org, { ...gone, ...query });
      const metrics = body["metrics"] as { value: number | null; null_reason: string }[];
      assert.ok(metrics.length > 0);
      for (const { value, null_reason } of metrics) {
        assert.deepStrictEqual([value, null_reason], [null, "not_kept"], path);
      }
    }
  });
  await t.step("nor is what is left of a range held against another", async () => {
    const query = { start: dayAgo(50), end: dayAgo(1), compare: "previous" };
    const body = await read("/analytics/sessions", org, query);
    const metrics = body["metrics"] as { previous: { value: number | null } }[];
    assert.deepStrictEqual([...new Set(metrics.map(({ previous }) => previous.value))], [null]);
  });
  await t.step("what was removed is one line of the audit log", async () => {
    const line = { kind: "events", rows: 5, before: dayAgo(60), actor_kind: "system" };
    assert.deepStrictEqual(await removedFrom(org), [line]);
    await trim(org, "events");
    assert.deepStrictEqual(await removedFrom(org), [line], "there was nothing more");
  });
  await t.step("it does not come in again, even where more is kept later", async () => {
    await keepFor(org, "events", null);
    const event = {
      index: 0,
      key: crypto.randomUUID(),
      sent: noon(90),
      at: noon(90),
      name: "open",
    };
    const { answer } = await sqlRow<{ answer: { too_old: number[]; accepted: number } }>(
      `select public.track_events($1::uuid, $2::jsonb) as answer
       from (select set_config('request.jwt.claims', '{"role": "service_role"}', true)) as service`,
      org,
      JSON.stringify([event]),
    );
    assert.deepStrictEqual([answer.accepted, answer.too_old], [0, [0]]);
  });
});

Deno.test("two that trim at once remove each event once, and say it once", async () => {
  const org = await utc();
  const events = Array.from(
    { length: 120 },
    (_, i) => [noon(100 + i % 7), `event ${i % 5}`, null] as [string, string, null],
  );
  await trackEvents(org, events);
  await keepFor(org, "events", 30);
  await waits(org, "events");
  const step = () => sql("select private.trim_rows(now(), 0, 10)");
  for (let round = 0; round < 13; round++) await Promise.all([step(), step(), step()]);
  assert.deepStrictEqual(await removedFrom(org), [
    { kind: "events", rows: 120, before: dayAgo(30), actor_kind: "system" },
  ]);
  assert.strictEqual(
    (await read("/analytics", org, { start: dayAgo(110), end: dayAgo(90) }))["n"],
    120,
  );
});

for (const timeZone of ["UTC", "Asia/Kolkata"]) {
  Deno.test(`sessions with models go and their totals stay, in ${timeZone}`, async (t) => {
    const { id: org } = await newOrganization({ timeZone });
    const at = (days: number, time: string): Date => new Date(`${dayAgo(days)}T${time}Z`);
    const session = (when: Date, developer: string, cost: number): AiSession => ({
      ...{ at: when, developer, cost, tokens: 100, lines: 10, accepted: true },
      ...{ model: "claude-sonnet-4-5", repository: "acme/shop" },
    });
    await storeSessions(org, [
      session(at(100, "08:10:00"), "ann", 1),
      session(at(100, "08:50:00"), "bob", 2),
      session(at(99, "23:20:00"), "ann", 4),
      session(at(5, "12:00:00"), "ann", 8),
    ]);
    const range = { start: dayAgo(110), end: dayAgo(1) };
    const kpis = async () => {
      const body = await read("/metrics", org, { ...range, compare: "none" });
      return JSON.stringify(body);
    };
    const developer = (id: string) =>
      read("/profile", org, { developer_id: id, ...range, compare: "none" });
    const before = [await kpis(), await developer("ann"), await developer("bob")];
    await keepFor(org, "ai", 30);
    await trim(org, "ai", 1);
    const { left } = await sqlRow<{ left: string }>(
      `select (select count(*) from private.ai_sessions where org_id = $1::uuid) || ' ' ||
         (select count(*) from private.ai_calls where org_id = $1::uuid) as left`,
      org,
    );
    assert.strictEqual(left, "1 1");
    await t.step("KPIs and profiles are what they were", async () => {
      assert.deepStrictEqual(
        [await kpis(), await developer("ann"), await developer("bob")],
        before,
      );
    });
    await t.step("a list is of what is left, and says so", async () => {
      const body = await read("/sessions", org, range);
      assert.strictEqual(body["total_count"], 1);
      assert.strictEqual((body["items"] as unknown[]).length, 1);
      assert.strictEqual(period(body).rows_since, dayAgo(30));
    });
    await t.step("what was removed is not counted a second time", async () => {
      const call = { external_id: "again", at: at(100, "08:10:00").toISOString(), cost_usd: 1 };
      const record = { session: { external_id: "again", source: "tests" }, call };
      const { answer } = await sqlRow<{ answer: { stored: number; rejected: unknown[] } }>(
        `select public.store_ai_records($1::uuid, $2::jsonb) as answer
         from (select set_config('request.jwt.claims', '{"role": "service_role"}', true)) as service`,
        org,
        JSON.stringify([record]),
      );
      assert.deepStrictEqual([answer.stored, answer.rejected], [0, [{
        index: 0,
        code: "too_old",
        message: "is from before what the organization keeps",
      }]]);
      assert.strictEqual(await kpis(), before[0]);
    });
    await t.step("it is one line of the audit log", async () => {
      const [line, ...more] = await removedFrom(org);
      assert.deepStrictEqual([line?.["kind"], line?.["rows"], more], ["ai", 6, []]);
    });
  });
}

Deno.test("posted numbers go, and their days are unknown then", async () => {
  const org = await utc();
  const { id, email } = await seedPerson({ org });
  for (const [days, value] of [[100, 5], [90, 7], [20, 11]]) {
    await sql(
      `insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
       values ($1::uuid, 'ga4', $2::date, 'sessions', $3::numeric)`,
      id,
      dayAgo(days ?? 0),
      value,
    );
  }
  await keepFor(org, "metrics", 60);
  assert.strictEqual(await trim(org, "metrics", 1), 3);
  const range = { start: dayAgo(100), end: dayAgo(10) };
  const body = await read("/metrics/timeline", org, { ...range, metrics: "sessions" });
  assert.strictEqual(period(body).rows_since, dayAgo(60));
  const [metric] = body["metrics"] as {
    value: number;
    series: { date: string; value: number | null }[];
  }[];
  const on = (days: number) => metric?.series.find(({ date }) => date === dayAgo(days))?.value;
  assert.deepStrictEqual([metric?.value, on(100), on(61), on(60), on(20)], [11, null, null, 0, 11]);
  const tiles = await api("/dashboard/tiles", {
    as: "service",
    query: { email, start: dayAgo(40), end: dayAgo(10), compare: "previous" },
  });
  assert.strictEqual(period(tiles.body).rows_since, undefined);
  const [tile] = tiles.body["tiles"] as { value: number; previous: number | null }[];
  assert.deepStrictEqual([tile?.value, tile?.previous], [11, null], "not against half of a range");
});

Deno.test("deliveries go, and later ones are judged as before", async (t) => {
  const org = await utc();
  await stored(
    org,
    "commit",
    { sha: sha("a1"), authored_at: noon(101), committed_at: noon(101), on_default_branch: true },
    {
      ...{ sha: sha("a2"), authored_at: noon(91), committed_at: noon(91) },
      ...{ parents: [sha("a1")], on_default_branch: true },
    },
    {
      ...{ sha: sha("a3"), authored_at: noon(11), committed_at: noon(11) },
      ...{ parents: [sha("a2")], on_default_branch: true },
    },
  );
  const deployment = (id: string, commit: string, days: number) => ({
    ...{ external_id: id, sha: sha(commit), environment: "production", status: "success" },
    ...{ created_at: noon(days), finished_at: noon(days), updated_at: noon(days) },
  });
  await stored(
    org,
    "deployment",
    deployment("1", "a1", 100),
    deployment("2", "a2", 90),
    deployment("3", "a3", 10),
  );
  await stored(
    org,
    "incident",
    {
      ...{ external_id: "i1", title: "old", began_at: noon(90), created_at: noon(90) },
      ...{ resolved_at: noon(89), updated_at: noon(89) },
    },
    {
      ...{ external_id: "i2", title: "new", began_at: noon(9), created_at: noon(9) },
      ...{ resolved_at: noon(9), updated_at: noon(9) },
    },
  );
  const recent = { start: dayAgo(20), end: dayAgo(5) };
  const dora = (query: Record<string, string>) => read("/metrics/dora", org, query);
  const before = await dora(recent);
  await keepFor(org, "delivery", 60);
  await trim(org, "delivery", 1);
  await t.step("of what is kept nothing changed", async () => {
    assert.deepStrictEqual(await dora(recent), before);
  });
  await t.step("what is left says from when", async () => {
    const { rows } = await sqlRow<{ rows: string }>(
      `select (select string_agg(external_id, ',' order by external_id) from private.deployments where org_id = $1::uuid) || ' ' ||
         (select string_agg(external_id, ',') from private.incidents where org_id = $1::uuid) || ' ' ||
         (select string_agg(right(sha, 2), ',' order by sha) from private.commits where org_id = $1::uuid) as rows`,
      org,
    );
    assert.strictEqual(rows, "2,3 i2 a2,a3", "what is judged by stays");
    assert.strictEqual(
      period(await dora({ start: dayAgo(95), end: dayAgo(5) })).rows_since,
      dayAgo(60),
    );
  });
  await t.step("a range that is gone had an unknown number of deployments, not none", async () => {
    const body = await dora({ start: dayAgo(95), end: dayAgo(80) });
    const metrics = body["metrics"] as { key: string; value: number | null }[];
    assert.ok(metrics.length >= 4);
    assert.deepStrictEqual([...new Set(metrics.map(({ value }) => value))], [null]);
  });
  await t.step("a commit that comes later has its lead time", async () => {
    await stored(org, "commit", {
      ...{ sha: sha("a4"), authored_at: noon(4), committed_at: noon(4) },
      ...{ parents: [sha("a3")], on_default_branch: true },
    });
    await stored(org, "deployment", deployment("4", "a4", 3));
    const { lead } = await sqlRow<{ lead: number }>(
      "select lead_seconds as lead from private.changes where org_id = $1::uuid and sha = $2 and environment = 'production'",
      org,
      sha("a4"),
    );
    assert.strictEqual(lead, 86_400);
  });
});

Deno.test("dead letters and the audit log go as their organization says, the log after a year at the earliest", async () => {
  const org = await utc();
  await sql(
    `insert into private.etl_dead_letters (org_id, key, delivery_id, code, reason, updated_at)
     select $1::uuid, 'letter ' || n, 'd', 'c', 'r', now() - make_interval(days => n) from unnest('{5,20,30}'::int[]) n`,
    org,
  );
  await sql(
    `insert into private.ai_dead_letters (org_id, fingerprint, source, reason, record, received_at)
     values ($1::uuid, repeat('0', 64), 's', 'r', '{}', now() - interval '20 days')`,
    org,
  );
  await sql(
    `insert into public.audit_log (org_id, actor_kind, action, object_type, at)
     select $1::uuid, 'system', 'tested', 'test', now() - make_interval(days => n) from unnest('{800,400,300}'::int[]) n`,
    org,
  );
  await keepFor(org, "logs", 10);
  await trim(org, "logs", 1);
  await keepFor(org, "audit", 365);
  await trim(org, "audit", 100);
  const { letters, lines } = await sqlRow<{ letters: string; lines: number }>(
    `select (select string_agg(key, ',') from private.etl_dead_letters where org_id = $1::uuid)
         || (select count(*) from private.ai_dead_letters where org_id = $1::uuid) as letters,
       (select count(*)::int from public.audit_log where org_id = $1::uuid and action = 'tested') as lines`,
    org,
  );
  assert.deepStrictEqual([letters, lines], ["letter 50", 1]);
  assert.deepStrictEqual((await removedFrom(org)).map(({ kind, rows }) => [kind, rows]), [
    ["logs", 3],
    ["audit", 2],
  ]);
  await assert.rejects(
    sql("delete from public.audit_log where org_id = $1::uuid and action = 'tested'", org),
    /forbidden/,
  );
});
