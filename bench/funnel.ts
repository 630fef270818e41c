import postgres from "postgres";
import type { Generated } from "../tools/event_generator.ts";
import { call, type Figure, type Machine, median, timed } from "./figure.ts";
import { yearOfEvents } from "./year.ts";

const million = 1_000_000;
const rounds = 5;
const funnels = [
  ["page_view", "signup", "purchase"],
  ["signup", "page_view", "purchase"],
];
/** What no self-join ends in reasonable time, and the rest that puts events in order. */
const longest = [
  "funnel?steps=page_view,click,search",
  "funnel?steps=page_view,click,search&order=strict",
  "sessions?",
  "flow?event=signup",
  "flow?event=page_view",
];
/** What Supabase lets a statement take, in seconds. */
const allowed = 8;

/** Reads that follow persons through a year of ten million events: next to a self-join, and to the time they are allowed. */
export async function funnel({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const year = await yearOfEvents(databaseUrl, 10 * million);
    const range = `org_id=${year.orgId}&start_date=${year.firstDay}&end_date=${year.lastDay}`;
    const figures: Figure[] = [];
    for (const steps of funnels) {
      const path = `/analytics/funnel?${range}&steps=${steps}`;
      const ids = await nameIds(sql, year, steps);
      expectSame(await call(stack, path), await selfJoin(sql, year, ids));
      const times: { ours: number; theirs: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        times.push({
          ours: await timed(() => call(stack, path)),
          theirs: await timed(() => selfJoin(sql, year, ids)),
        });
      }
      const ours = median(times.map((pair) => pair.ours)) / 1000;
      const theirs = median(times.map((pair) => pair.theirs)) / 1000;
      figures.push({
        name: `funnel ${steps.join(" → ")} over 10,000,000 events ÷ a naive self-join`,
        ratio: `${median(times.map((pair) => pair.ours / pair.theirs)).toFixed(2)} of the time`,
        detail: `a year over HTTP in ${ours.toFixed(2)} s against ${
          theirs.toFixed(2)
        } s of bare SQL, median of ${rounds} pairs`,
      });
    }
    for (const path of longest) {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        times.push(await timed(() => call(stack, `/analytics/${path}&${range}`)) / 1000);
      }
      figures.push({
        name: `GET /analytics/${path.replace(/[?]$/, "")} over 10,000,000 events ÷ ${allowed} s`,
        ratio: `${(median(times) / allowed).toFixed(2)} of the time a statement is allowed`,
        detail: `a year in ${median(times).toFixed(1)} s, median of ${times.length}`,
      });
    }
    return figures;
  } finally {
    await sql.end();
  }
}

/** A funnel as a textbook writes it: each step joined to the one before, and persons counted. */
async function selfJoin(sql: postgres.Sql, year: Generated, ids: number[]): Promise<number[]> {
  const [first, ...later] = ids;
  const joins = later.map((id, i) =>
    `left join public.events s${i + 1} on s${i + 1}.org_id = s0.org_id and s${i + 1}.name_id = ${id}
       and s${i + 1}.person_id = s0.person_id and s${i + 1}.occurred_at > s${i}.occurred_at
       and s${i + 1}.occurred_at <= s0.occurred_at + interval '7 days'`
  );
  const [counts] = await sql.unsafe<Record<string, string>[]>(
    `select ${
      ids.map((_, i) => `count(distinct s${i}.person_id) as s${i}`)
    } from public.events s0 ${joins.join(" ")}
     where s0.org_id = '${year.orgId}' and s0.name_id = ${first}
       and s0.occurred_at >= '${year.firstDay}' and s0.occurred_at < '${year.lastDay}'::date + 1`,
  );
  return ids.map((_, i) => Number(counts?.[`s${i}`]));
}

/** The numbers that events have instead of these names. */
async function nameIds(sql: postgres.Sql, year: Generated, names: string[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select n.id from unnest(${names}::text[]) with ordinality as s (name, i)
    join public.event_names n on n.org_id = ${year.orgId} and n.name = s.name order by s.i`;
  return rows.map(({ id }) => id);
}

/** Faster is worth nothing unless it is the same. */
function expectSame(answer: unknown, counts: number[]): void {
  const { groups } = answer as { groups: { steps: { count: number }[] }[] };
  const ours = groups[0]?.steps.map(({ count }) => count);
  if (`${ours}` !== `${counts}`) throw new Error(`${ours} passed the steps, not ${counts}`);
}
