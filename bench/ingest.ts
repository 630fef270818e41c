import postgres from "postgres";
import { call, copyLines, type Figure, type Machine, median, timed } from "./figure.ts";

const rounds = 9;
const items = 1000;
const metrics = ["sessions", "conversions", "reach", "engagement"];

/** 1,000 readings of four numbers through HTTP, against COPY of the same 4,000 rows into the same table. */
export async function ingest({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await call(stack, "/dev/seed-user?email=http@bench.test", {});
    await call(stack, "/dev/seed-user?email=copy@bench.test", {});
    const [person] = await sql<{ id: string }[]>`
      select id from public.users where email = 'copy@bench.test'`;
    if (!person) throw new Error("copy@bench.test was not seeded");
    const ratios: number[] = [];
    const perSecond: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const http = await timed(() => call(stack, "/metrics/ingest", { items: readings(round) }));
      const copy = await timed(() => copyRows(sql, person.id, round));
      if (round === 0) continue; // warms both
      ratios.push(copy / http);
      perSecond.push((items * metrics.length) / (http / 1000));
    }
    await expectRows(sql, (rounds + 1) * items * metrics.length);
    return [{
      name: "ingest through HTTP ÷ COPY of the same rows",
      ratio: `${median(ratios).toFixed(2)} of its speed`,
      detail: `${Math.round(median(perSecond))} numbers a second in requests of ${items} readings`,
    }];
  } finally {
    await sql.end();
  }
}

function readings(round: number) {
  return Array.from({ length: items }, (_, index) => ({
    email: "http@bench.test",
    source_name: `source_${round}`,
    metric_date: dayOf(index),
    data: Object.fromEntries(metrics.map((name) => [name, index])),
  }));
}

async function copyRows(sql: postgres.Sql, userId: string, round: number): Promise<void> {
  const lines = Array.from({ length: items }, (_, index) => index).flatMap((index) =>
    metrics.map((name) => `${userId}\tsource_${round}\t${dayOf(index)}\t${name}\t${index}`)
  );
  const columns = "user_id, source_name, metric_date, metric_name, metric_value";
  await copyLines(sql, `public.metrics (${columns})`, lines);
}

async function expectRows(sql: postgres.Sql, each: number): Promise<void> {
  const rows = await sql<{ email: string; n: string }[]>`
    select u.email, count(*) as n from public.metrics m join public.users u on u.id = m.user_id
    where u.email like '%@bench.test' group by u.email`;
  for (const { email, n } of rows) {
    if (Number(n) !== each) throw new Error(`${email} has ${n} rows, not ${each}`);
  }
  if (rows.length !== 2) throw new Error("somebody's rows are missing");
}

function dayOf(index: number): string {
  return new Date(Date.UTC(2023, 0, 1 + index)).toISOString().slice(0, 10);
}
