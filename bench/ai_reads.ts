import postgres from "postgres";
import { call, type Figure, inTurn, type Machine, median } from "./figure.ts";

/** Sessions of the two organizations that are compared; both have them over the last year. */
const sizes = { small: 100_000, large: 5_000_000 };
const weeks = 52;
const rounds = 40;

/** A developer for each 10,000 sessions of the year, forty a working day; each works in two of twenty repositories. */
const sessionsEach = 10_000;

/** The four reads of AI-assisted development: how little fifty times as many sessions in the same year matter. */
export async function aiReads({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const small = await fill(sql, sizes.small);
    const large = await fill(sql, sizes.large);
    await sql`analyze`;
    const figures: Figure[] = [];
    for (
      const path of [
        "/sessions?page_size=20",
        "/metrics?since=7",
        "/profile?developer_id=dev1&since=30",
        "/insights?since=30",
      ]
    ) {
      const of = (org: string) => () => call(stack, `${path}&org_id=${org}`);
      const [ofMany, ofFew] = await inTurn(rounds, of(large), of(small));
      const [many, few] = [median(ofMany), median(ofFew)];
      figures.push({
        name: `GET ${path.split("?")[0]} of ${count(sizes.large)} sessions ÷ of ${
          count(sizes.small)
        }`,
        ratio: `${(many / few).toFixed(2)} of the time`,
        detail: `${many.toFixed(1)} ms against ${few.toFixed(1)} ms, median of ${rounds} in turn`,
      });
    }
    return figures;
  } finally {
    await sql.end();
  }
}

const count = (sessions: number) => sessions.toLocaleString("en");

/** An organization with so many sessions, evenly over the year, and the totals that storing them would have left. */
async function fill(sql: postgres.Sql, sessions: number): Promise<string> {
  const developers = Math.ceil(sessions / sessionsEach);
  const [organization] = await sql<{ id: string }[]>`
    insert into public.organizations (name, time_zone) values ('Bench', 'Europe/Berlin') returning id`;
  if (!organization) throw new Error("The organization was not stored");
  const { id } = organization;
  await sql`
    insert into private.ai_model_policies (org_id, repository, models)
    select ${id}, 'acme/repo' || i, '{model-0,model-1}' from generate_series(0, 19) i`;
  for (let week = 0; week < weeks; week++) {
    const [from = 0, to = 0] = [week, week + 1].map((at) => Math.floor(sessions * at / weeks));
    await sql.begin(async (sql) => {
      // What links new sessions to pull requests is not this bench's; the totals' own triggers are.
      await sql`set local session_replication_role = replica`;
      await sql`
        insert into private.ai_sessions (
          org_id, external_id, source, developer_id, repository, model, started_at, ended_at, calls, failed_calls, input_tokens,
          output_tokens, cost_usd, cost_source, latency_ms_sum, latency_calls, accepted, accepted_lines)
        select ${id}, i::text, 'bench', 'dev' || i % ${developers}::int, 'acme/repo' || (i % ${developers}::int * 7 + i / 3 % 2) % 20,
          'model-' || i % 4, at, at + interval '10 minutes', 5, (i % 40 = 0)::int, 4000 + i % 1000, 500, 0.02 + i % 7 * 0.001,
          'reported', 4000, 5, case when i % 5 < 3 then i % 5 < 2 end, case when i % 5 < 2 then 10 + i % 30 end
        from generate_series(${from}::int, ${to}::int - 1) i,
          lateral (select now() - (1 - i::float8 / ${sessions}::int) * interval '364 days' as at) as moment`;
      await sql`set local session_replication_role = default`;
      await sql`
        select private.ai_totals_change('{}', array_agg(s)) from private.ai_sessions s
        where s.org_id = ${id} and s.external_id::int >= ${from} and s.started_at >=
          now() - (1 - ${from}::float8 / ${sessions}::int) * interval '364 days' - interval '1 hour'`;
    });
  }
  return id;
}
