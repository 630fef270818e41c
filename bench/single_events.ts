import postgres from "postgres";
import { createApiKey } from "../supabase/functions/_shared/http/api_key.ts";
import { startFunctions } from "../tools/function_process.ts";
import { expectStored, newOrganization } from "./events.ts";
import { type Figure, type Machine, median } from "./figure.ts";
import {
  connections,
  hostedMemory,
  type Load,
  memoryFigure,
  postSingleEvents,
  startFastApi,
  startYesSayer,
  usage,
} from "./processes.ts";

const seconds = 5;
const rounds = 5;

/**
 * Single events over 128 connections: the function track in a process of its own, the same with a data API that stores
 * nothing, and an endpoint of FastAPI and SQLAlchemy that commits a row a request on the same server. The load client, the
 * data API and PostgreSQL share the cores with each of them.
 */
export async function singleEvents({ stack, databaseUrl }: Machine): Promise<Figure[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => sql.end());

  const org = await newOrganization(sql, "Single events");
  const key = await newIngestKey(sql, org, stack.environment["API_KEY_SECRET"] ?? "");
  const env = { ...stack.environment, RATE_LIMIT_KEY: "6000000/60" };
  const whole = await startFunctions({ names: ["track"], env, heap: hostedMemory });
  cleanup.defer(() => whole.stop());
  const yesSayer = startYesSayer(org);
  cleanup.defer(() => yesSayer.stop());
  const bare = await startFunctions({
    names: ["track"],
    env: { ...env, SUPABASE_URL: yesSayer.url },
    heap: hostedMemory,
  });
  cleanup.defer(() => bare.stop());
  await sql.unsafe(await Deno.readTextFile(new URL("peers/schema.sql", import.meta.url)));
  const peer = await startFastApi({
    PEER_DATABASE_URL: databaseUrl.replace("postgres:", "postgresql:"),
    PEER_ORG_ID: org,
    PEER_API_KEY: key,
  });
  cleanup.defer(() => peer.stop());

  const idle = await usage(whole.pid);
  const loads: Record<"ours" | "bare" | "peer", Load[]> = { ours: [], bare: [], peer: [] };
  for (let round = -1; round < rounds; round++) {
    loads.ours.push(await postSingleEvents(`${whole.url}/track`, key, seconds));
    loads.bare.push(await postSingleEvents(`${bare.url}/track`, key, seconds));
    loads.peer.push(await postSingleEvents(`${peer.url}/track`, key, seconds));
    // A connection keeps the plans it made while the tables were empty.
    if (round === -1) await sql`analyze`;
  }
  const busy = await usage(whole.pid);
  const requests = loads.ours.reduce((sum, load) => sum + load.requests, 0);
  // wrk does not wait for the answers that are under way when its time is over.
  await expectStored(sql, org, requests, requests + (rounds + 1) * connections);

  const [ours, without, theirs] = [loads.ours, loads.bare, loads.peer].map((each) => ({
    perSecond: median(each.slice(1).map((load) => load.perSecond)),
    latency: median(each.slice(1).map((load) => load.median)),
  }));
  const say = (one: typeof ours) =>
    `${one?.perSecond.toFixed(0)}/s, median answer ${one?.latency.toFixed(0)} ms`;
  const ratio = (one: typeof ours) => ((ours?.perSecond ?? NaN) / (one?.perSecond ?? NaN));
  return [{
    name: `single events, ${connections} connections ÷ the same without the database call`,
    ratio: `${ratio(without).toFixed(2)} of its requests a second`,
    detail: `${say(ours)}, against ${say(without)}`,
  }, {
    name: `single events, ${connections} connections ÷ FastAPI and SQLAlchemy`,
    ratio: `${ratio(theirs).toFixed(1)} times its requests a second`,
    detail: `${say(ours)}, against ${say(theirs)}; a process each`,
  }, {
    name: "CPU of the function, a single event ÷ 200 ms",
    ratio: `${((busy.cpu - idle.cpu) / requests / 200 * 100).toFixed(2)} % of it`,
    detail: `${((busy.cpu - idle.cpu) / requests).toFixed(3)} ms, mean of ${requests} requests`,
  }, memoryFigure("under that load", idle, busy)];
}

async function newIngestKey(sql: postgres.Sql, org: string, hashSecret: string): Promise<string> {
  const { key, id, secretHash } = createApiKey(hashSecret);
  await sql`
    insert into public.api_keys (id, org_id, name, scopes, secret_hash)
    values (${id}, ${org}, 'Benchmark', '{ingest}', ${secretHash})`;
  return key;
}
