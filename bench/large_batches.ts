import postgres from "postgres";
import { startFunctions } from "../tools/function_process.ts";
import { expectStored, generatedEvents, newOrganization, trackBody } from "./events.ts";
import { type Figure, type Machine, median } from "./figure.ts";
import { hostedMemory, memoryFigure, usage } from "./processes.ts";

const size = 5000;
const rounds = 40;

/** The largest batches there may be, one after the other: what each costs the function track in a process of its own. */
export async function largeBatches({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => sql.end());
  const org_id = await newOrganization(sql, "Large batches");
  const env = stack.environment;
  const functions = await startFunctions({ names: ["track"], env, heap: hostedMemory });
  cleanup.defer(() => functions.stop());

  const idle = await usage(functions.pid);
  const costs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const body = JSON.stringify({ org_id, batch: generatedEvents(round, size).map(trackBody) });
    const before = await usage(functions.pid);
    const answer = await fetch(`${functions.url}/track/batch`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stack.environment.API_SECRET_KEY}`,
        "content-type": "application/json",
      },
      body,
    });
    const text = await answer.text();
    if (answer.status !== 202) throw new Error(text);
    costs.push((await usage(functions.pid)).cpu - before.cpu);
  }
  const busy = await usage(functions.pid);
  await expectStored(sql, org_id, rounds * size);

  const [first = NaN, ...others] = costs;
  const worst = Math.max(...costs);
  return [{
    name: "CPU of the function, a batch of 5,000 events ÷ 200 ms",
    ratio: `${(worst / 200).toFixed(2)} of it at worst`,
    detail: `${first} ms for the first after the start, then ${median(others)} ms (median) to ${
      Math.max(...others)
    } ms, garbage collection in other threads included`,
  }, memoryFigure("under these batches", idle, busy)];
}
