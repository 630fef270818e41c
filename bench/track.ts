import postgres from "postgres";
import { call, type Figure, type Machine, timed } from "./figure.ts";

const size = 1000;
const million = 1_000_000;

/** A million events through HTTP by two clients, and whether all of them are there, once, and counted. */
export async function trackMillion({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const org_id = await organization(sql, "A million events");
    const rounds = Array.from({ length: million / size }, (_, round) => round).values();
    const client = async () => {
      for (const round of rounds) {
        await call(stack, "/track/batch", { org_id, batch: events(round).map(asPosted) });
      }
    };
    const seconds = await timed(() => Promise.all([client(), client()])) / 1000;
    await expectCounts(sql, org_id, million);
    return [{
      name: "1,000,000 events through HTTP ÷ a minute",
      ratio: `${(seconds / 60).toFixed(2)} of it`,
      detail: `${seconds.toFixed(1)} s, two clients on the same machine, each event there once`,
    }];
  } finally {
    await sql.end();
  }
}

const properties = { page: "/pricing", plan: "pro", source: "newsletter" };

interface Generated {
  key: string;
  at: string;
  name: string;
  person: string;
}

/** Events of the last hour: 20 names, 5,000 persons. The same round gives the same events, but for their ids and times. */
function events(round: number): Generated[] {
  const now = Date.now();
  return Array.from({ length: size }, (_, index) => ({
    key: crypto.randomUUID(),
    at: new Date(now - ((index * 7919) % 3_600_000)).toISOString(),
    name: `event_${index % 20}`,
    person: `person_${(round * size + index * 31) % 5000}`,
  }));
}

function asPosted({ key, at, name, person }: Generated) {
  return { event: name, event_id: key, occurred_at: at, user_id: person, properties };
}

async function organization(sql: postgres.Sql, name: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into public.organizations (name) values (${name}) returning id`;
  if (!row) throw new Error("no organization was made");
  return row.id;
}

/** Nothing lost, nothing doubled: the events and the counts say the same. */
async function expectCounts(sql: postgres.Sql, org: string, expected: number): Promise<void> {
  const [row] = await sql<{ events: string; counted: string }[]>`
    select (select count(*) from public.events where org_id = ${org}) as events,
      (select sum(n) from private.event_counts where org_id = ${org}) as counted`;
  if (Number(row?.events) !== expected || Number(row?.counted) !== expected) {
    throw new Error(`${expected} events were sent, ${JSON.stringify(row)} are there`);
  }
}
