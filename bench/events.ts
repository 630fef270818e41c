import type postgres from "postgres";

/** The properties of every event. */
export const properties = { page: "/pricing", plan: "pro", source: "newsletter" };

/** An event before it has the form that one or the other way in wants. */
export interface Generated {
  key: string;
  at: string;
  name: string;
  person: string;
}

/** Events of the last hour: 20 names, 5,000 persons. The same round gives the same events, but for their ids and times. */
export function generatedEvents(round: number, size: number): Generated[] {
  const now = Date.now();
  return Array.from({ length: size }, (_, index) => ({
    key: crypto.randomUUID(),
    at: new Date(now - ((index * 7919) % 3_600_000)).toISOString(),
    name: `event_${index % 20}`,
    person: `person_${(round * size + index * 31) % 5000}`,
  }));
}

/** The event as `POST /track/batch` takes it. */
export function trackBody({ key, at, name, person }: Generated) {
  return { event: name, event_id: key, occurred_at: at, user_id: person, properties };
}

/** An organization of a benchmark's own; answers its id. */
export async function newOrganization(sql: postgres.Sql, name: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into public.organizations (name) values (${name}) returning id`;
  if (!row) throw new Error("no organization was made");
  return row.id;
}

/**
 * Nothing lost, nothing doubled: the events and the counts of an organization say the same.
 * @throws Error unless there are `least` to `most` of them
 */
export async function expectStored(
  sql: postgres.Sql,
  org: string,
  least: number,
  most = least,
): Promise<void> {
  const [row] = await sql<{ events: string; counted: string }[]>`
    select (select count(*) from public.events where org_id = ${org}) as events,
      (select coalesce(sum(n), 0) from private.event_counts where org_id = ${org}) as counted`;
  const stored = Number(row?.events);
  if (!(stored >= least && stored <= most && Number(row?.counted) === stored)) {
    throw new Error(`${least} to ${most} events were sent, ${JSON.stringify(row)} are there`);
  }
}
