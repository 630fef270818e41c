import postgres from "postgres";
import { copyLines, type Figure, type Machine, median, timed } from "./figure.ts";

/** As many as the largest body that is taken has room for, and no more: a longer file goes in pieces. */
const size = 35_000;
const rounds = 3;
const tables = ["ai_sessions", "ai_calls", "ai_edits", "ai_totals"];

/**
 * 35,000 sessions from one NDJSON file through HTTP, each a call and what was accepted of it, against COPY of the rows that this
 * makes, into the same tables; and how much memory it takes.
 */
export async function sessions({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const file = await Deno.makeTempFile({ suffix: ".ndjson" });
  try {
    await writeFile(file);
    const ratios: number[] = [];
    const perSecond: number[] = [];
    let growth = 0;
    for (let round = 0; round < rounds; round++) {
      const [http, copied] = [await organization(sql), await organization(sql)];
      const memory = new Memory();
      const posting = await timed(() => post(stack, http, file));
      growth = Math.max(growth, memory.stop());
      await expectSessions(sql, http);
      const rows = await linesOf(sql, http, copied);
      const copying = await timed(() => copyAll(sql, rows));
      await expectSessions(sql, copied);
      ratios.push(copying / posting);
      perSecond.push(size / (posting / 1000));
    }
    const { size: bytes } = await Deno.stat(file);
    return [{
      name: `${
        size.toLocaleString("en-US")
      } sessions from a file through HTTP ÷ COPY of the same rows`,
      ratio: `${median(ratios).toFixed(2)} of its speed`,
      detail:
        `${Math.round(median(perSecond))} sessions a second, a file of ${mebibytes(bytes)}; ` +
        `the process of all functions grew by ${mebibytes(growth)} at most`,
    }];
  } finally {
    await Deno.remove(file);
    await sql.end();
  }
}

/** The file, written line by line, so that measuring does not keep it in memory. */
async function writeFile(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  const encoder = new TextEncoder();
  for (let from = 0; from < size; from += 1000) {
    const lines = Array.from({ length: 1000 }, (_, index) => JSON.stringify(record(from + index)));
    const bytes = encoder.encode(`${lines.join("\n")}\n`);
    for (let offset = 0; offset < bytes.byteLength;) {
      offset += await file.write(bytes.subarray(offset));
    }
  }
}

/** Sessions of 50 developers in 20 repositories with 3 models, over 20 days. */
function record(index: number) {
  return {
    id: `call-${index}`,
    session_id: `session-${index}`,
    developer_id: `developer-${index % 50}`,
    timestamp: new Date(Date.UTC(2026, 9, 1) + (index % 28_800) * 60_000).toISOString(),
    model: ["claude-sonnet-4-5", "gpt-5.4", "gemini-2.5-pro"][index % 3],
    repository: `acme/repository-${index % 20}`,
    branch: "main",
    input_tokens: index % 5000,
    output_tokens: index % 700,
    cost_usd: (index % 97) / 1000,
    latency_ms: 900 + (index % 500),
    status: 200,
    accepted: index % 3 === 0,
    accepted_lines: index % 40,
  };
}

async function post(stack: Machine["stack"], org: string, path: string): Promise<void> {
  // Its length is not said, so that nothing can wait for all of it.
  const file = await Deno.open(path);
  const response = await fetch(`${stack.url}/functions/v1/sessions/ingest?org_id=${org}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${stack.environment.API_SECRET_KEY}`,
      "content-type": "application/x-ndjson",
    },
    body: file.readable,
  });
  const text = await response.text();
  if (JSON.parse(text).stored !== size) throw new Error(`${response.status} ${text}`);
}

/** How much more memory the process takes than at first, looked at ten times a second. */
class Memory {
  readonly #first = Deno.memoryUsage().rss;
  #most = this.#first;
  readonly #timer = setInterval(() => {
    this.#most = Math.max(this.#most, Deno.memoryUsage().rss);
  }, 100);

  stop(): number {
    clearInterval(this.#timer);
    return this.#most - this.#first;
  }
}

/** The rows that an organization's sessions made, as COPY takes them, of another organization and with other ids. */
async function linesOf(
  sql: postgres.Sql,
  from: string,
  to: string,
): Promise<Map<string, string[]>> {
  const columns = new Map<string, string[]>();
  for (const table of tables) {
    const names = await sql<{ name: string }[]>`
      select attname as name from pg_attribute
      where attrelid = ${`private.${table}`}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
    const list = names.map(({ name }) => `"${name}"`);
    const values = names.map(({ name }) =>
      name === "org_id"
        ? `'${to}'`
        : name === "session_id" || (table === "ai_sessions" && name === "id")
        // The same id in both tables of the copy, and another than the original's.
        ? `md5("${name}"::text || '${to}')::uuid`
        : `"${name}"`
    );
    // None of these values has a tab or a backslash in it.
    const line = values.map((value) => `(${value})::text`).join(", ");
    const rows = await sql.unsafe<{ line: string }[]>(
      `select array_to_string(array[${line}], e'\\t', e'\\\\N') as line from private.${table} where org_id = '${from}'`,
    );
    columns.set(`private.${table} (${list.join(", ")})`, rows.map(({ line }) => line));
  }
  return columns;
}

async function copyAll(sql: postgres.Sql, rows: Map<string, string[]>): Promise<void> {
  for (const [into, lines] of rows) await copyLines(sql, into, lines);
}

async function organization(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into public.organizations (name) values ('Sessions') returning id`;
  if (!row) throw new Error("no organization was made");
  return row.id;
}

/** Each session is there once, with its call, and the totals say the same. */
async function expectSessions(sql: postgres.Sql, org: string): Promise<void> {
  const [row] = await sql<{ sessions: string; calls: string; totals: string }[]>`
    select (select count(*) from private.ai_sessions where org_id = ${org}) as sessions,
      (select count(*) from private.ai_calls where org_id = ${org}) as calls,
      (select sum(sessions) from private.ai_totals where org_id = ${org}) as totals`;
  if ([row?.sessions, row?.calls, row?.totals].some((n) => Number(n) !== size)) {
    throw new Error(`${size} sessions were sent, ${JSON.stringify(row)} are there`);
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
