import postgres from "postgres";
import { call, type Figure, type Machine, median, timed } from "./figure.ts";

const people = 300;
const days = 730;
const rounds = 60;

/** The tiles of a month: how little a million other numbers matter, and how much of the time is the database's. */
export async function tiles({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await fill(sql, "few", 1);
    const path = (email: string) =>
      `/dashboard/tiles?email=${email}&start=2025-11-01&end=2025-11-30&compare=previous`;
    const alone = await repeated(() => call(stack, path("few1@bench.test")));
    const rows = await fill(sql, "many", people);
    const crowded = await repeated(() => call(stack, path("many7@bench.test")));
    const bare = await repeated(() =>
      sql`select public.dashboard_tiles('many7@bench.test', '2025-11-01', '2025-11-30', 'previous')`
    );
    return [{
      name: `tiles beside ${rows.toLocaleString("en")} numbers ÷ beside none`,
      ratio: `${(crowded / alone).toFixed(2)} of the time`,
      detail: `${crowded.toFixed(1)} ms against ${alone.toFixed(1)} ms, median of ${rounds}`,
    }, {
      name: "tiles over HTTP ÷ their SQL on a bare connection",
      ratio: `${(crowded / bare).toFixed(2)} times the time`,
      detail: `${crowded.toFixed(1)} ms against ${bare.toFixed(1)} ms`,
    }];
  } finally {
    await sql.end();
  }
}

async function repeated(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds + 5; round++) times.push(await timed(work));
  return median(times.slice(5));
}

/** People with two years of five numbers a day, each in an organization of their own. Triggers are off: this is not the bench. */
async function fill(sql: postgres.Sql, prefix: string, count: number): Promise<number> {
  for (let person = 1; person <= count; person++) {
    await sql`select public.seed_user(${`${prefix}${person}@bench.test`})`;
  }
  await sql`alter table public.metrics disable trigger user`;
  const inserted = await sql`
    insert into public.metrics (user_id, org_id, source_name, metric_date, metric_name, metric_value)
    select u.id, u.org_id, 'bench', day::date, name, 1
    from public.users u
    cross join generate_series('2025-12-31'::timestamp - make_interval(days => ${
    days - 1
  }), '2025-12-31', interval '1 day') day
    cross join unnest('{sessions,conversions,reach,engagement,spend}'::text[]) name
    where u.email like ${`${prefix}%@bench.test`}`;
  await sql`alter table public.metrics enable trigger user`;
  await sql`analyze public.metrics`;
  return inserted.count;
}
