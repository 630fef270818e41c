import assert from "node:assert/strict";
import { sqlScript } from "../helpers/stack/database.ts";

/** Runs a script in a transaction that is rolled back and answers the rows of its last query. */
async function inTransaction(script: string): Promise<Record<string, unknown>[]> {
  const results = await sqlScript(`begin; ${script}; rollback;`);
  return results.findLast((rows) => rows.length > 0) ?? [];
}

/**
 * 104 weeks of calls, from a Wednesday to a Wednesday: each hour from Sunday noon to Tuesday noon (UTC), which is Monday
 * wherever people live, and every eight hours between.
 */
const twoYearsOfCalls = `
  do $$ declare at timestamptz; begin
    for at in
      select hour from generate_series('2026-01-07Z'::timestamptz, '2028-01-05Z'::timestamptz, interval '1 hour') hour
      where (hour at time zone 'UTC')::timestamp - date_trunc('week', hour at time zone 'UTC' + interval '12 hours')
          between interval '-12 hours' and interval '36 hours'
        or extract(hour from hour at time zone 'UTC')::int % 8 = 0
    loop
      perform private.enqueue_due_digests(at);
    end loop;
  end $$`;

Deno.test("private.enqueue_due_digests() fires once a week for 104 weeks across daylight saving", async () => {
  const rows = await inTransaction(`
    delete from public.organizations;
    insert into public.organizations (name, time_zone, created_at)
    select zone, zone, '2026-01-06Z'
    from unnest(array['America/Los_Angeles', 'Asia/Kolkata', 'Australia/Lord_Howe']) zone;
    insert into public.users (email, org_id) select o.id || '@example.test', o.id from public.organizations o;
    ${twoYearsOfCalls};
    select o.time_zone, count(*)::int as fired, count(distinct s.week_start)::int as weeks,
      min(s.week_start)::text as first, max(s.week_start)::text as last,
      (select count(*)::int from public.digests d where d.org_id = o.id) as digests,
      array_to_string(array_agg(distinct to_char(s.due_at at time zone o.time_zone, 'Dy HH24:MI')), ',') as due,
      array_to_string(array_agg(distinct to_char(s.enqueued_at at time zone o.time_zone, 'Dy HH24:MI')), ',') as enqueued
    from public.digest_schedule s join public.organizations o on o.id = s.org_id
    group by o.id order by o.time_zone`);

  const each = { fired: 104, weeks: 104, first: "2026-01-05", last: "2027-12-27", digests: 104 };
  // The job runs on the UTC hour, which is half past where the clocks are half an hour off; Lord Howe is so in winter only.
  assert.deepStrictEqual(rows, [
    { time_zone: "America/Los_Angeles", ...each, due: "Mon 08:00", enqueued: "Mon 08:00" },
    { time_zone: "Asia/Kolkata", ...each, due: "Mon 08:00", enqueued: "Mon 08:30" },
    {
      time_zone: "Australia/Lord_Howe",
      ...each,
      due: "Mon 08:00",
      enqueued: "Mon 08:00,Mon 08:30",
    },
  ]);
});

const dueTable: [string, string, number, number, string, string][] = [
  // what, time zone, weekday, hour, week, due (UTC)
  ["Monday in summer", "America/Los_Angeles", 1, 8, "2026-03-02", "2026-03-09 15:00"],
  ["Monday in winter", "America/Los_Angeles", 1, 8, "2026-10-26", "2026-11-02 16:00"],
  ["an hour the clocks skip", "America/Los_Angeles", 7, 2, "2026-02-23", "2026-03-08 10:00"],
  ["an hour the clocks repeat", "America/Los_Angeles", 7, 1, "2026-10-19", "2026-11-01 09:00"],
  ["half an hour off UTC", "Asia/Kolkata", 1, 8, "2026-11-09", "2026-11-16 02:30"],
  ["a half hour that is skipped", "Australia/Lord_Howe", 7, 2, "2026-09-21", "2026-10-03 15:30"],
  ["the end of the next week", "Europe/Berlin", 7, 23, "2026-11-02", "2026-11-15 22:00"],
];

Deno.test("private.digest_due_at() is one instant whatever the clocks do", async () => {
  const values = dueTable.map(([, zone, weekday, hour, week], index) =>
    `(${index}, '${zone}', ${weekday}, ${hour}, '${week}'::date)`
  );
  const rows = await inTransaction(`
    select to_char(private.digest_due_at(zone, weekday, hour, week) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as due
    from (values ${values.join(", ")}) v(place, zone, weekday, hour, week) order by place`);
  assert.deepStrictEqual(
    rows.map(({ due }, index) => [dueTable[index]?.[0], due]),
    dueTable.map(([what, , , , , due]) => [what, due]),
  );
});

Deno.test("private.last_completed_week() ends with Sunday midnight where the organization is", async () => {
  const rows = await inTransaction(`
    select private.last_completed_week(zone, at)::text as week
    from (values
      (1, 'America/Los_Angeles', '2026-11-16 07:59:59Z'::timestamptz),
      (2, 'America/Los_Angeles', '2026-11-16 08:00:00Z'),
      (3, 'Asia/Kolkata', '2026-11-15 18:29:59Z'),
      (4, 'Asia/Kolkata', '2026-11-15 18:30:00Z'),
      (5, 'America/Los_Angeles', '2026-11-22 20:00:00Z')
    ) v(place, zone, at) order by place`);
  assert.deepStrictEqual(rows.map(({ week }) => week), [
    "2026-11-02",
    "2026-11-09",
    "2026-11-02",
    "2026-11-09",
    "2026-11-09",
  ]);
});

const oneOrganization = (settings: string) => `
  delete from public.organizations;
  insert into public.organizations (name, time_zone, digest_weekday, digest_hour, created_at)
  values ('One', 'UTC', ${settings});
  insert into public.users (email, org_id) select 'a@example.test', o.id from public.organizations o;
  create temporary table calls (at timestamptz, added int) on commit drop`;
const call = (at: string) =>
  `insert into calls select '${at}', private.enqueue_due_digests('${at}')`;
const calls = "select added from calls order by at";

/** When `settings` of an organization in UTC are weekday, hour and creation: how many each call enqueues. */
const scheduleTable: [string, string, (string | [string, number])[]][] = [
  ["is caught up with later in the week", "1, 8, '2026-11-01Z'", [
    ["2026-11-16 07:59Z", 0],
    ["2026-11-19 12:00Z", 1],
    ["2026-11-20 12:00Z", 0],
    ["2026-11-23 07:00Z", 0],
    ["2026-11-23 08:00Z", 1],
  ]],
  ["is not caught up with when the next is near", "1, 8, '2026-11-01Z'", [
    ["2026-11-22 08:00Z", 0],
    ["2026-11-23 08:00Z", 1],
  ]],
  ["is not for a week that was due before the organization came", "1, 8, '2026-11-16 09:00Z'", [
    ["2026-11-16 10:00Z", 0],
    ["2026-11-23 08:00Z", 1],
  ]],
  ["on Sunday night may be enqueued on Monday", "7, 23, '2026-11-01Z'", [
    ["2026-11-15 22:59Z", 0],
    ["2026-11-16 00:30Z", 1],
    ["2026-11-16 01:30Z", 0],
  ]],
  ["is sent once when it moves to later in the week", "1, 8, '2026-11-01Z'", [
    ["2026-11-16 08:00Z", 1],
    "update public.organizations set digest_weekday = 3",
    ["2026-11-18 08:00Z", 0],
    ["2026-11-25 08:00Z", 1],
  ]],
  ["is sent once when it moves to earlier in the week", "5, 8, '2026-11-01Z'", [
    ["2026-11-13 08:00Z", 1],
    "update public.organizations set digest_weekday = 1",
    ["2026-11-13 09:00Z", 0],
    ["2026-11-16 08:00Z", 1],
    ["2026-11-20 08:00Z", 0],
  ]],
  ["is sent once when the time zone changes", "1, 8, '2026-11-01Z'", [
    ["2026-11-16 08:00Z", 1],
    "update public.organizations set time_zone = 'America/Los_Angeles'",
    ["2026-11-16 16:00Z", 0],
    ["2026-11-23 16:00Z", 1],
  ]],
  ["goes to nobody who turned it off", "1, 8, '2026-11-01Z'", [
    "insert into public.digest_preferences (user_id, enabled) select id, false from public.users where email = 'a@example.test'",
    ["2026-11-16 08:00Z", 0],
  ]],
];

for (const [what, settings, steps] of scheduleTable) {
  Deno.test(`a digest ${what}`, async () => {
    const script = steps.map((step) => typeof step === "string" ? step : call(step[0])).join("; ");
    const rows = await inTransaction(`${oneOrganization(settings)}; ${script}; ${calls}`);
    assert.deepStrictEqual(
      rows.map(({ added }) => added),
      steps.filter((step) => typeof step !== "string").map(([, added]) => added),
    );
  });
}

Deno.test("weeks that nothing asked for are kept by name, and the newest is sent if it is not six days late", async () => {
  const rows = await inTransaction(`${oneOrganization("1, 8, '2026-10-01Z'")};
    insert into calls select '2026-10-19 09:00Z', private.enqueue_due_digests('2026-10-19 09:00Z');
    delete from public.digest_schedule where week_start < '2026-10-12';
    -- pg_cron is back after three weeks, on a Wednesday; somebody had asked for one of them by hand.
    insert into public.digests (user_id, week_start, state)
    select u.id, '2026-10-26', 'sent' from public.users u where u.email = 'a@example.test';
    insert into calls select '2026-11-18 12:00Z', private.enqueue_due_digests('2026-11-18 12:00Z');
    insert into calls select '2026-11-18 13:00Z', private.enqueue_due_digests('2026-11-18 13:00Z');
    select s.week_start::text as week, s.missed, d.state::text as digest, d.expires_at = '2026-11-23 08:00Z' as until_next
    from public.digest_schedule s left join public.digests d on d.org_id = s.org_id and d.week_start = s.week_start
    where s.week_start >= '2026-10-12' order by s.week_start`);
  assert.deepStrictEqual(rows, [
    { week: "2026-10-12", missed: false, digest: "pending", until_next: false },
    { week: "2026-10-19", missed: true, digest: null, until_next: null },
    { week: "2026-10-26", missed: false, digest: "sent", until_next: false },
    { week: "2026-11-02", missed: true, digest: null, until_next: null },
    { week: "2026-11-09", missed: false, digest: "pending", until_next: true },
  ]);
});

const expiryTable: [string, string, string, string][] = [
  // what, week, wanted at, given up at (UTC; the organization is in Los Angeles, Mondays at 8)
  ["on time", "2026-11-09", "2026-11-16 16:00Z", "2026-11-23 16:00"],
  ["before it was due", "2026-11-09", "2026-11-16 08:30Z", "2026-11-23 16:00"],
  ["late", "2026-11-09", "2026-11-22 15:00Z", "2026-11-23 16:00"],
  ["weeks later", "2026-10-05", "2026-11-18 12:00Z", "2026-11-23 16:00"],
  ["across the change of clocks", "2026-10-19", "2026-10-26 15:00Z", "2026-11-02 16:00"],
];

Deno.test("private.digest_expires_at() is when the digest of a later week is due", async () => {
  const values = expiryTable.map(([, week, at], index) =>
    `(${index}, '${week}'::date, '${at}'::timestamptz)`
  );
  const rows = await inTransaction(`
    select to_char(private.digest_expires_at('America/Los_Angeles', 1, 8, week, at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as until
    from (values ${values.join(", ")}) v(place, week, at) order by place`);
  assert.deepStrictEqual(
    rows.map(({ until }, index) => [expiryTable[index]?.[0], until]),
    expiryTable.map(([what, , , until]) => [what, until]),
  );
});

Deno.test("a digest that runs die of is left alone the longer, the more often", async () => {
  const rows = await inTransaction(`
    select extract(epoch from private.digest_free_at(jsonb_populate_record(null::public.digests, jsonb_build_object(
      'state', 'sending', 'lease_until', '2026-11-16T16:00:00Z', 'attempts', n))) - '2026-11-16T16:00:00Z')::int / 60 as minutes
    from unnest(array[1, 2, 3, 4, 8, 50]) n order by n`);
  assert.deepStrictEqual(rows.map(({ minutes }) => minutes), [0, 5, 15, 35, 360, 360]);
});

Deno.test("private.next_digest_at() is the next due time that is not enqueued yet", async () => {
  const rows = await inTransaction(`${oneOrganization("1, 8, '2026-11-01Z'")};
    insert into calls select '2026-11-17Z', private.enqueue_due_digests('2026-11-17Z');
    select private.next_digest_at(at)::text as next from (values
      ('2026-11-16 07:00Z'::timestamptz), ('2026-11-17Z'), ('2026-11-23 08:00Z')) v(at)
    order by at`);
  assert.deepStrictEqual(rows.map(({ next }) => new Date(String(next)).toISOString()), [
    "2026-11-23T08:00:00.000Z", // that of the 16th is enqueued
    "2026-11-23T08:00:00.000Z",
    "2026-11-30T08:00:00.000Z",
  ]);
});
