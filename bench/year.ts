import { openPostgres } from "../local/database.ts";
import { type Generated, generateEvents } from "../tools/event_generator.ts";

const years = new Map<number, Promise<Generated>>();

/**
 * An organization with so many events of a year, by 50,000 persons who come on the same days however many events there
 * are. Made once a run, because ten million take minutes.
 */
export function yearOfEvents(databaseUrl: string, events: number): Promise<Generated> {
  const made = years.get(events) ?? make(databaseUrl, events);
  years.set(events, made);
  return made;
}

async function make(databaseUrl: string, events: number): Promise<Generated> {
  const { database } = await openPostgres(databaseUrl);
  try {
    const data = { events, persons: 50_000, days: 365, seed: 1, org: `${events} events` };
    return await generateEvents(database, data, () => {});
  } finally {
    await database.close();
  }
}
