import postgres from "postgres";
import { call, type Figure, inTurn, type Machine, median } from "./figure.ts";

const repositories = 200;
const deployments = 220_000;
const changes = 1_000_000;
const rounds = 15;
const range = { start: "2023-01-01", end: "2025-12-31" };

/** All of DORA over three years, against counting the same rows in their indexes alone. */
export async function dora({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const org = await fill(sql);
    await forceIndexes(sql, org);
    const query = `org_id=${org}&start=${range.start}&end=${range.end}`;
    const figures: Figure[] = [];
    for (
      const [name, path] of [
        ["DORA of three years of 200 repositories", `/metrics/dora?${query}`],
        ["the same by weeks", `/metrics/dora/trend?${query}`],
      ]
    ) {
      const [counts, answers] = await inTurn(
        rounds,
        () => countOnly(sql, org),
        () => call(stack, path ?? ""),
      );
      const [counting, answering] = [median(counts), median(answers)];
      figures.push({
        name: `${name} ÷ an index-only count of the same rows`,
        ratio: `${(answering / counting).toFixed(2)} times the time`,
        detail:
          `${answering.toFixed(0)} ms against ${counting.toFixed(0)} ms, median of ${rounds}; ` +
          `${changes.toLocaleString("en")} changes, ${
            deployments.toLocaleString("en")
          } deployments`,
      });
    }
    return figures;
  } finally {
    await sql.end();
  }
}

/** Counts what the answer is about, each kind of rows by the index that the answer reads; fails if a table is read. */
async function countOnly(sql: postgres.Sql, org: string): Promise<void> {
  const [counted] = await sql.unsafe(countQuery(org));
  if (counted?.["changes"] !== changes || counted["runs"] !== deployments) {
    throw new Error(`Counted ${JSON.stringify(counted)}`);
  }
}

/** Sees to it that the count reads indexes alone: where an organization owns the whole table, PostgreSQL would rather read that. */
async function forceIndexes(sql: postgres.Sql, org: string): Promise<void> {
  await sql`set enable_seqscan = off`;
  await sql`set enable_bitmapscan = off`;
  const plan = await sql.unsafe(`explain ${countQuery(org)}`);
  const scans = plan.map((row) => String(row["QUERY PLAN"])).filter((line) => / Scan /.test(line));
  if (scans.length !== 2 || !scans.every((line) => /Index Only Scan/.test(line))) {
    throw new Error(`The count is not index-only: ${scans.join(", ")}`);
  }
}

function countQuery(org: string): string {
  const within = (column: string) =>
    `org_id = '${org}' and environment = 'production'
       and ${column} >= '${range.start}' and ${column} < '${range.end}'::timestamptz + interval '1 day'`;
  return `select
    (select count(*) from private.changes where ${within("deployed_at")})::int as changes,
    (select count(*) from private.deployment_runs where ${within("finished_at")})::int as runs`;
}

/**
 * Each repository deploys about once a day, ten of eleven deployments ship five changes, one in ten fails and is recovered from
 * within two days. Numbers are scattered by multiplying with primes, so that every run measures the same rows.
 */
async function fill(sql: postgres.Sql): Promise<string> {
  const [organization] = await sql`
    insert into public.organizations (name, time_zone) values ('DORA bench', 'UTC') returning id`;
  const org = String(organization?.["id"]);
  await sql`
    insert into private.repositories (org_id, full_name)
    select ${org}, 'bench/r' || n from generate_series(0, ${repositories - 1}) n`;
  await sql`
    insert into private.deployments (org_id, repository_id, external_id, environment, status, created_at, finished_at, updated_at)
    select ${org}, r.id, n, 'production', 'success', at, at, at
    from generate_series(0, ${deployments - 1}) n
    cross join lateral (
      select ${range.start}::timestamptz + n * (interval '1096 days' / ${deployments}) as at) x
    join private.repositories r on r.org_id = ${org} and r.full_name = 'bench/r' || n % ${repositories}`;
  await sql`
    insert into private.incidents (org_id, repository_id, external_id, began_at, created_at, resolved_at, updated_at)
    select d.org_id, d.repository_id, d.external_id, at, at, at + make_interval(secs => d.id * 7919 % 172800), at
    from private.deployments d cross join lateral (select d.finished_at + interval '10 minutes' as at) x
    where d.org_id = ${org} and d.id % 10 = 0`;
  await sql`
    insert into private.incident_links (incident_id, deployment_id, org_id, method)
    select i.id, d.id, i.org_id, 'time'
    from private.incidents i
    join private.deployments d on d.repository_id = i.repository_id and d.external_id = i.external_id where i.org_id = ${org}`;
  await sql`
    insert into private.changes (repository_id, environment, sha, org_id, authored_at, deployment_id, deployed_at)
    select d.repository_id, 'production', md5(d.id || '-' || k), d.org_id,
      d.finished_at - make_interval(secs => exp((d.id * 104729 + k * 7919) % 1000 / 100.0 + 4)), d.id, d.finished_at
    from (select d.*, row_number() over (order by id) as place from private.deployments d where d.org_id = ${org}) d
    cross join generate_series(1, 5) k where d.place % 11 <> 0`;
  await sql`vacuum analyze private.changes, private.deployments, private.deployment_runs, private.incidents, private.incident_links`;
  return org;
}
