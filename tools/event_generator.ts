import type { Database, Session } from "../local/database.ts";
import { StartError } from "../local/start_error.ts";

/** What to generate. The same numbers give the same events, whatever the organization is called. */
export interface GeneratedData {
  events: number;
  persons: number;
  /** Days of events, the last of which is `lastDay`. */
  days: number;
  seed: number;
  /** The name of the organization that is made for them. */
  org: string;
  /** YYYY-MM-DD in UTC, the organization's time zone. Default: yesterday. */
  lastDay?: string;
}

export interface Generated {
  orgId: string;
  firstDay: string;
  lastDay: string;
  seconds: number;
}

/** About how many events are made and stored by one statement. */
const chunk = 250_000;
/** How many persons' days are counted by one statement. */
const personsAtOnce = 10_000;

/**
 * Stores random events of an organization of its own, and everything that is counted of them, in one transaction: until
 * it ends nobody sees any of it, and if it fails nothing is left but empty partitions. Persons arrive over the whole
 * time, more and more of them, and come back ever less often; few names have most events; of those who look at pages
 * few sign up, and of those fewer buy. Persons and the days they come on depend on the number of events only where
 * there are fewer events than days. The identities of events are not kept: nobody sends these again.
 * @throws StartError when the database has not had the migrations.
 */
export async function generateEvents(
  database: Database,
  data: GeneratedData,
  log: (line: string) => void,
): Promise<Generated> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  await requireSchema(database);
  const lastDay = data.lastDay ?? new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const firstDay = new Date(Date.parse(lastDay) - (data.days - 1) * 86_400_000)
    .toISOString().slice(0, 10);

  // On its own, because it keeps everybody from storing events.
  await database.query(
    `select private.create_event_partition(month::date)
     from generate_series(date_trunc('month', $1::timestamp), $2::timestamp, interval '1 month') as month`,
    [firstDay, lastDay],
  );
  const orgId = await database.transaction(async (session) => {
    await session.exec(settings);
    const orgId = await makeOrganization(session, data.org);
    const drawn = await drawDays(session, data, firstDay);
    log(`${count(drawn.persons)} persons on ${count(drawn.days)} days (${time(seconds())})`);

    for (let stored = 0; stored < data.events;) {
      stored += await storeChunk(session, orgId, data.seed, stored);
      const rate = count(Math.round(stored / seconds()));
      const share = Math.floor(stored / data.events * 100);
      log(`${count(stored)} events, ${share} %, ${rate} a second (${time(seconds())})`);
    }
    await storePersons(session, orgId);
    await countDays(session, orgId);
    await session.query("select private.events_changed($1::uuid)", [orgId]);
    return orgId;
  });
  log(`counted (${time(seconds())})`);
  await database.exec(`vacuum (analyze) ${vacuumed.join(", ")}`);
  return { orgId, firstDay, lastDay, seconds: seconds() };
}

const vacuumed = [
  "public.events",
  "public.persons",
  "public.person_keys",
  "private.event_counts",
  "private.event_totals",
  "private.person_days",
  "private.active_changes",
  "private.retention_counts",
  "private.retention_totals",
];

// draw() is a number in [0, 1) that two numbers decide: no state, so that it does not matter who draws first.
const settings = `
  set local work_mem = '256MB';
  set local jit = off;
  create or replace function pg_temp.draw(p_of bigint, p_salt bigint) returns float8 language sql immutable
  as $$ select (hashint8extended(p_of, p_salt) & 9007199254740991)::float8 / 9007199254740992.0 $$;`;

/** What happens, how often next to each other, and the share of persons who ever do it: who does a rarer thing does the commoner too. */
const names = [
  { name: "page_view", weight: 1000, shareOfPersons: 1 },
  { name: "click", weight: 420, shareOfPersons: 1 },
  { name: "search", weight: 210, shareOfPersons: 1 },
  { name: "view_item", weight: 140, shareOfPersons: 1 },
  { name: "filter", weight: 90, shareOfPersons: 0.7 },
  { name: "add_to_cart", weight: 60, shareOfPersons: 0.5 },
  { name: "share", weight: 45, shareOfPersons: 0.3 },
  { name: "signup", weight: 30, shareOfPersons: 0.35 },
  { name: "export", weight: 20, shareOfPersons: 0.2 },
  { name: "purchase", weight: 12, shareOfPersons: 0.12 },
  { name: "invite", weight: 6, shareOfPersons: 0.05 },
];

async function requireSchema(database: Database): Promise<void> {
  const [row] = await database.query<{ is_there: boolean }>(
    "select to_regclass('private.event_totals') is not null as is_there",
  );
  if (!row?.is_there) {
    throw new StartError(
      "This database lacks the newest migrations: `deno task start` applies them",
    );
  }
}

/** The organization, and its event names in `generated_names`, each with the number below which a draw means it. */
async function makeOrganization(session: Session, name: string): Promise<string> {
  const [row] = await session.query<{ id: string }>(
    "insert into public.organizations (name, time_zone) values ($1, 'UTC') returning id",
    [name],
  );
  if (!row) throw new Error("no organization was made");
  await session.query(
    `create temp table generated_names (place int, name text, weight int, share float8, id int, below float8)
     on commit drop`,
  );
  await session.query(
    `insert into generated_names (place, name, weight, share)
     select i, n ->> 'name', (n ->> 'weight')::int, (n ->> 'shareOfPersons')::float8
     from jsonb_array_elements($1::text::jsonb) with ordinality as given (n, i)`,
    [JSON.stringify(names)],
  );
  await session.query(
    `with made as (
       insert into public.event_names (org_id, name) select $1::uuid, name from generated_names order by place returning id, name
     ),
     passed as (select name, sum(weight) over (order by place)::float8 / sum(weight) over () as below from generated_names)
     update generated_names n set id = made.id, below = passed.below
     from made join passed using (name) where n.name = made.name`,
    [row.id],
  );
  return row.id;
}

/** Who there is (`generated_persons`), and how many events they have on which day, numbered (`generated_days`). */
async function drawDays(
  session: Session,
  { events, persons, days, seed }: GeneratedData,
  firstDay: string,
): Promise<{ persons: number; days: number }> {
  await session.query(
    `create temp table generated_persons on commit drop as
     select drawn.*, private.age_group(drawn.age) as age_group
     from (
       select nextval(pg_get_serial_sequence('public.persons', 'id')) as id, i as number,
         floor(${days} * pg_temp.draw(i, ${seed} * 16) ^ 0.8::float8)::int as arrival,
         pg_temp.draw(i, ${seed} * 16 + 1) as loyalty,
         pg_temp.draw(i, ${seed} * 16 + 2) as place,
         case when pg_temp.draw(i, ${seed} * 16 + 3) < 0.85
           then (13 + 60 * pg_temp.draw(i, ${seed} * 16 + 4) ^ 1.6::float8)::smallint end as age,
         (array['Female', 'Male', 'Other', 'unknown'])[
           width_bucket(pg_temp.draw(i, ${seed} * 16 + 5), array[0.44, 0.86, 0.89]::float8[]) + 1]::public.gender as gender
       from generate_series(1, ${persons}) as i
     ) drawn`,
  );
  // On the n-th day after their first they come with a probability of loyalty ÷ (n + 1) ^ 0.6, less at week-ends.
  await session.query(
    `create temp table generated_days on commit drop as
     with day as (
       select p.id as person_id, p.number, p.arrival, p.place, p.age_group, p.gender, d,
         pg_temp.draw(p.number * 4096 + d, ${seed} * 16 + 6) as luck
       from generated_persons p cross join lateral generate_series(p.arrival, ${days} - 1) as d
       where d = p.arrival or pg_temp.draw(p.number * 4096 + d, ${seed} * 16 + 7)
         < p.loyalty * (d - p.arrival + 1)::float8 ^ -0.6::float8
           * case when extract(isodow from $1::date + d) > 5 then 0.6 else 1 end::float8
     ),
     chosen as (
       select day.*, count(*) over () as days, (1 - 1000 * ln(1 - luck))::int as weight
       from day order by luck limit ${events}
     ),
     weighed as (
       select chosen.*, sum(weight) over (order by d, luck, number) as passed, sum(weight) over () as all_weights from chosen
     ),
     counted as (
       -- Everybody has one event on each of their days; the rest is divided by weight, to the last one.
       select w.*, 1 + (passed * (${events} - least(days, ${events})) / all_weights
         - (passed - weight) * (${events} - least(days, ${events})) / all_weights)::int as n
       from weighed w
     )
     select person_id, number as person, d = arrival as is_first, place, age_group, gender, $1::date + d as day, luck, n,
       sum(n) over (order by d, luck, number) - n as before
     from counted`,
    [firstDay],
  );
  await session.exec("create index on generated_days (before); analyze generated_days");
  const [row] = await session.query<{ persons: number; days: number }>(
    "select count(distinct person_id)::int as persons, count(*)::int as days from generated_days",
  );
  if (!row) throw new Error("no days were drawn");
  return row;
}

/** Makes the events of the days that begin with event number `from`, stores and counts them; answers how many. */
async function storeChunk(
  session: Session,
  orgId: string,
  seed: number,
  from: number,
): Promise<number> {
  const [row] = await session.query<{ n: number }>(
    `with event as materialized (
       select drawn.*,
         case when drawn.is_first and drawn.i = 0 or drawn.place >= shares[drawn.kind] then ids[1] else ids[drawn.kind] end as name_id
       from (
         select d.person_id, d.person, d.day, d.place, d.age_group, d.gender, d.is_first, i, d.before + i as number,
           width_bucket(pg_temp.draw(d.before + i, ${seed} * 16 + 8), (select array_agg(below order by place) from generated_names)) + 1 as kind,
           -- Sittings of up to eight events two minutes apart, three hours between them; past midnight they go on in the morning.
           d.day::timestamp at time zone 'UTC' + make_interval(secs => (
             (21600 + 43200 * d.luck)::int + i / 8 * 10800 + i % 8 * 120) % 86300 + 100 * pg_temp.draw(d.before + i, ${seed} * 16 + 9)) as at
         from generated_days d cross join lateral generate_series(0, d.n - 1) as i
         where d.before >= $2::bigint and d.before < $2::bigint + ${chunk}
       ) drawn
       cross join (
         select array_agg(id order by place) as ids, array_agg(share order by place) as shares from generated_names offset 0
       ) named
     ),
     stored as (
       insert into public.events (org_id, occurred_at, day, name_id, person_id, event_key, sent_time, received_at, properties)
       select $1::uuid, at, day, name_id, person_id, md5(number || ' of ${seed}')::uuid, at, at,
         jsonb_build_object('page', (array['/', '/pricing', '/reports', '/settings', '/docs'])[1 + number % 13 % 5],
           'source', (array['direct', 'search', 'newsletter'])[1 + (person + number / 7) % 3], 'position', number % 20)
       from event order by at
     ),
     counted as (
       select private.apply_counts($1::uuid, array(
         select row(day, name_id, age_group, gender, count(*))::private.count_change from event group by day, name_id, age_group, gender))
     ),
     -- All events of a person's day are in one chunk.
     came as (
       insert into private.person_days (org_id, name_id, person_id, day)
       select $1::uuid, name_id, person_id, day from event group by 2, 3, 4
       union all
       select $1::uuid, 0, person_id, day from event group by 3, 4
     )
     select count(*)::int as n from event where exists (select from counted)`,
    [orgId, from],
  );
  return row?.n ?? 0;
}

/** The persons who have events, known by ids of their own. */
async function storePersons(session: Session, orgId: string): Promise<void> {
  await session.query(
    `insert into public.persons (id, org_id, known, age, gender, traits, first_seen_at, last_seen_at, created_at) overriding system value
     select p.id, $1::uuid, true, p.age, p.gender, jsonb_build_object('plan', case when p.place < 0.12 then 'pro' else 'free' end),
       seen.first, seen.last, seen.first
     from generated_persons p
     join (
       select person_id, min(occurred_at) as first, max(occurred_at) as last from public.events where org_id = $1::uuid group by 1
     ) seen on seen.person_id = p.id
     order by p.id`,
    [orgId],
  );
  await session.query(
    `insert into public.person_keys (org_id, key, person_id)
     select $1::uuid, 'u:person-' || p.number, p.id from generated_persons p join public.persons using (id)`,
    [orgId],
  );
}

/** Active users and retention, by the function that counts every day that is stored. */
async function countDays(session: Session, orgId: string): Promise<void> {
  const [range] = await session.query<{ first: number; last: number }>(
    "select min(id)::float8 as first, max(id)::float8 as last from generated_persons",
  );
  if (!range) return;
  for (let from = range.first; from <= range.last; from += personsAtOnce) {
    await session.query(
      `select private.count_days($1::uuid, array_agg(person_id), array_agg(day)) from private.person_days
       where org_id = $1::uuid and name_id = 0 and person_id >= $2::bigint and person_id < $2::bigint + ${personsAtOnce}`,
      [orgId, from],
    );
  }
}

const count = (n: number) => n.toLocaleString("en");
const time = (seconds: number) => `${seconds.toFixed(1)} s`;
