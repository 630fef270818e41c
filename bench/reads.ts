import postgres from "postgres";
import type { Stack } from "../local/stack.ts";
import type { Generated } from "../tools/event_generator.ts";
import { call, type Figure, inTurn, type Machine, median, timed } from "./figure.ts";
import { yearOfEvents } from "./year.ts";

const million = 1_000_000;
const rounds = 15;

/**
 * Reads of a year over ten million events: next to the same read over a million events of the same persons on the same
 * days, and next to the same answer from the events themselves.
 */
export async function reads({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const small = await yearOfEvents(databaseUrl, million);
    return await measure(stack, sql, small, await yearOfEvents(databaseUrl, 10 * million));
  } finally {
    await sql.end();
  }
}

async function measure(
  stack: Stack,
  sql: postgres.Sql,
  small: Generated,
  large: Generated,
): Promise<Figure[]> {
  // With the default the raw answers sort ten million rows on disk, for minutes: that would flatter the counts.
  await sql`set work_mem = '256MB'`;
  const figures: Figure[] = [];
  for (const { path, question } of reports) {
    const read = (orgId: string) => () =>
      call(
        stack,
        `${path}${
          path.includes("?") ? "&" : "?"
        }org_id=${orgId}&start_date=${large.firstDay}&end_date=${large.lastDay}`,
      );
    const [few, many] = await inTurn(rounds, read(small.orgId), read(large.orgId));
    const answer = () => sql.unsafe(question, [large.orgId, large.firstDay, large.lastDay]);
    const raw = median([await timed(answer), await timed(answer), await timed(answer)]);
    figures.push({
      name: `GET ${path} over 10,000,000 events ÷ over 1,000,000`,
      ratio: `${median(many.map((time, i) => time / (few[i] ?? NaN))).toFixed(2)} of the time`,
      detail: `a year, ${median(many).toFixed(1)} ms against ${
        median(few).toFixed(1)
      } ms, median of ${rounds} pairs`,
    }, {
      name: `the same answer by SQL from 10,000,000 events ÷ GET ${path}`,
      ratio: `${Math.round(raw / median(many))} times the time`,
      detail: `${(raw / 1000).toFixed(1)} s on a bare connection with 256 MB of work_mem against ${
        median(many).toFixed(1)
      } ms over HTTP`,
    });
  }
  return figures;
}

/** What each read answers, asked of the events in one statement, no less cleverly: $1 is the organization, $2 and $3 the days. */
const reports = [
  {
    path: "/analytics",
    question: `
      select grouping(day) as is_by_name, day, name_id, count(*) from public.events
      where org_id = $1::text::uuid and day between $2::text::date and $3::text::date
      group by grouping sets ((day), (name_id))`,
  },
  {
    path: "/analytics/active-users",
    question: `
      with came as (
        select distinct person_id, day from public.events
        where org_id = $1::text::uuid and day between $2::text::date - 29 and $3::text::date
      ),
      span as (select day, lead(day) over (partition by person_id order by day) as next from came),
      edge as (
        select days, edge.day, sum(change) as change
        from span cross join (values (1), (7), (30)) as active (days)
        cross join lateral (values (day, 1), (least(day + days, next), -1)) as edge (day, change)
        group by 1, 2
      )
      select days, day, sum(change) over (partition by days order by day) from edge`,
  },
  {
    path: "/analytics/retention",
    question: `
      with came as (select distinct person_id, day from public.events where org_id = $1::text::uuid),
      first as (select person_id, min(day) as cohort from came group by 1)
      select cohort, day - cohort as k, count(*)
      from came join first using (person_id)
      where cohort between $2::text::date and $3::text::date and day - cohort < 15
      group by 1, 2`,
  },
  {
    path: "/analytics/retention?period=week",
    question: `
      with came as (
        select distinct person_id, date_trunc('week', day)::date as week from public.events where org_id = $1::text::uuid
      ),
      first as (select person_id, min(week) as cohort from came group by 1)
      select cohort, (week - cohort) / 7 as k, count(*)
      from came join first using (person_id)
      where cohort between date_trunc('week', $2::text::date) and $3::text::date and week - cohort < 63
      group by 1, 2`,
  },
];
