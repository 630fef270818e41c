import postgres from "postgres";
import { expectStored, generatedEvents, newOrganization, trackBody } from "./events.ts";
import { call, type Figure, type Machine, timed } from "./figure.ts";

const size = 1000;
const million = 1_000_000;

/** A million events through HTTP by two clients, and whether all of them are there, once, and counted. */
export async function trackMillion({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const org_id = await newOrganization(sql, "A million events");
    const rounds = Array.from({ length: million / size }, (_, round) => round).values();
    const client = async () => {
      for (const round of rounds) {
        const batch = generatedEvents(round, size).map(trackBody);
        await call(stack, "/track/batch", { org_id, batch });
      }
    };
    const seconds = await timed(() => Promise.all([client(), client()])) / 1000;
    await expectStored(sql, org_id, million);
    return [{
      name: "1,000,000 events through HTTP ÷ a minute",
      ratio: `${(seconds / 60).toFixed(2)} of it`,
      detail: `${seconds.toFixed(1)} s, two clients on the same machine, each event there once`,
    }];
  } finally {
    await sql.end();
  }
}
