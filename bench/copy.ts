import postgres from "postgres";
import {
  expectStored,
  type Generated,
  generatedEvents,
  newOrganization,
  properties,
  trackBody,
} from "./events.ts";
import { call, copyLines, type Figure, type Machine, median, timed } from "./figure.ts";

const size = 1000;
const warming = 6;
const rounds = 25;

/**
 * 1,000 events through HTTP, against COPY of the same 1,000 rows and then the very statements of track_events() over them,
 * in one durable transaction. Each side has an organization of its own and writes new rows into the same tables, with their
 * indexes and counts.
 */
export async function copy({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = await overUnixSocket(databaseUrl);
  try {
    await makeStoreCopied(sql);
    const posting = await newOrganization(sql, "Through HTTP");
    const copying = await newOrganization(sql, "By COPY");
    const posted: number[] = [];
    const copied: number[] = [];
    for (let round = 0; round < warming + rounds; round++) {
      const events = generatedEvents(round, size);
      const body = { org_id: posting, batch: events.map(trackBody) };
      const lines = events.map(copyLine);
      const post = async () => posted.push(await timed(() => call(stack, "/track/batch", body)));
      const load = async () => copied.push(await timed(() => storeCopied(sql, copying, lines)));
      for (const side of round % 2 ? [post, load] : [load, post]) await side();
      if (round === warming - 1) await sql`analyze`;
    }
    for (const org of [posting, copying]) await expectStored(sql, org, (warming + rounds) * size);
    const ratios = posted.map((time, round) => (copied[round] ?? NaN) / time).slice(warming);
    const [ours, theirs] = [posted, copied].map((times) => median(times.slice(warming)).toFixed(1));
    return [{
      name: "batches of 1,000 events through HTTP ÷ COPY and the same statements",
      ratio: `${median(ratios).toFixed(2)} of its speed`,
      detail: `${ours} ms against ${theirs} ms, median of ${rounds} pairs, one client`,
    }];
  } finally {
    await sql.end();
  }
}

/**
 * One connection over the server's Unix socket. Over TCP, COPY's last small message would wait some 40 ms for an
 * acknowledgement (Nagle's algorithm and delayed ACK), which is no cost of COPY's.
 */
async function overUnixSocket(databaseUrl: string): Promise<postgres.Sql> {
  const overTcp = postgres(databaseUrl, { max: 1 });
  const [row] = await overTcp<{ folder: string; port: string }[]>`
    select current_setting('unix_socket_directories') as folder, current_setting('port') as port`;
  await overTcp.end();
  const { pathname, username } = new URL(databaseUrl);
  return postgres({
    path: `${row?.folder}/.s.PGSQL.${row?.port}`,
    database: pathname.slice(1),
    username,
    max: 1,
    onnotice: () => {},
  });
}

/**
 * track_events() once more, for this connection only: it reads rows that were copied where the original reads JSON, and is
 * the original's own text otherwise.
 */
async function makeStoreCopied(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create temporary table given (
      index int, key uuid, sent timestamptz, at timestamptz, name text, person text, clamped boolean, properties jsonb
    ) on commit delete rows;
    select set_config('request.jwt.claims', '{"role": "service_role"}', false)`);
  const [original] = await sql<{ text: string }[]>`
    select pg_get_functiondef('public.track_events(uuid, jsonb)'::regprocedure) as text`;
  const text = (original?.text ?? "")
    .replace("public.track_events(", "pg_temp.store_copied(")
    .replaceAll(/jsonb_to_recordset\(p_events\) as e \([^)]*\)/g, "pg_temp.given as e")
    .replaceAll("jsonb_array_length(p_events)", "(select count(*) from pg_temp.given)");
  if (!text.includes("pg_temp.given") || /p_events\)/.test(text)) {
    throw new Error(
      "track_events() reads its JSON some other way now: the benchmark has to follow",
    );
  }
  await sql.unsafe(text);
}

async function storeCopied(sql: postgres.Sql, org: string, lines: string[]): Promise<void> {
  await sql.begin(async (transaction) => {
    await copyLines(transaction, "given", lines);
    const [row] = await transaction<{ stored: { accepted: number } }[]>`
      select pg_temp.store_copied(${org}, null) as stored`;
    if (row?.stored.accepted !== lines.length) throw new Error(`stored ${JSON.stringify(row)}`);
  });
}

const copiedProperties = JSON.stringify(properties);

function copyLine({ key, at, name, person }: Generated, index: number): string {
  return [index, key, at, at, name, `u:${person}`, "\\N", copiedProperties].join("\t");
}
