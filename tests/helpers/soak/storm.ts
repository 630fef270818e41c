import assert from "node:assert/strict";
import { startFunctions } from "../../../tools/function_process.ts";
import { type PostgresServer, startPostgres } from "../../../tools/postgres_server.ts";
import { type Maker, nextEvents, StubbornClient } from "../analytics/stubborn_client.ts";
import { functionEnvironment } from "../stack/in_process.ts";
import { newTracker, startOwnSupabase, withDatabase } from "../stack/own_supabase.ts";
import { diskFull } from "./faults.ts";

/** What a storm did and what was there afterwards. */
export interface StormReport {
  kills: number;
  restarts: number;
  crashes: number;
  full_disks: number;
  retries: number;
  events: number;
  metrics: number;
  calls: number;
}

/**
 * A client that sends events, metrics and AI calls while, round after round, the functions are killed, the data API is killed and started
 * again, the database loses power and its disk is full; `calm` items are acknowledged before each misfortune. Everything that was
 * acknowledged, and nothing else, is there once.
 * @throws AssertionError when something is lost, doubled or made up
 */
export async function storm(
  isOver: (rounds: number) => boolean,
  { calm = 200 }: { calm?: number } = {},
): Promise<StormReport> {
  await using cleanup = new AsyncDisposableStack();
  const server = await startPostgres({ durable: true });
  cleanup.defer(() => server.stop());
  let supabase = await startOwnSupabase(server.url);
  cleanup.defer(() => supabase.stop());
  const { orgId, email, key } = await withDatabase(server.url, newTracker);
  const env = {
    ...functionEnvironment(),
    SUPABASE_URL: supabase.url,
    RATE_LIMIT_KEY: "1000000/60",
  };
  const start = () => startFunctions({ names: ["track", "metrics", "sessions"], env });
  let functions = await start();
  cleanup.defer(() => functions.stop());

  const target = { url: functions.url, key };
  const client = new StubbornClient(target, everything(email));
  const enough = new AbortController();
  const sending = client.send(Infinity, enough.signal);
  const report = { kills: 0, restarts: 0, crashes: 0, full_disks: 0 };
  const misfortunes = [
    async () => {
      await functions.kill();
      functions = await start();
      target.url = functions.url;
      report.kills++;
    },
    async () => {
      await supabase.stop();
      supabase = await startOwnSupabase(server.url, supabase.port);
      report.restarts++;
    },
    async () => {
      await server.crash();
      report.crashes++;
    },
    async () => {
      const end = await diskFull(server.url);
      await someRefusals(client);
      await end();
      report.full_disks++;
    },
  ];
  const raging = (async () => {
    for (let round = 0; !isOver(round); round++) {
      for (const misfortune of misfortunes) {
        await client.acknowledged(client.count + calm);
        await misfortune();
      }
    }
    await client.acknowledged(client.count + calm);
  })();
  // A client that gives up ends the storm, which would wait for it for ever.
  try {
    await Promise.race([raging, sending]);
  } finally {
    enough.abort();
  }
  const { acknowledged, retries } = await sending;
  const counts = await assertEverythingThere(server, orgId, acknowledged);
  return { ...report, retries, ...counts };
}

/** Waits until some requests were sent again. */
async function someRefusals(client: StubbornClient): Promise<void> {
  const before = client.retries;
  while (client.retries < before + 8) await new Promise((resolve) => setTimeout(resolve, 25));
}

/** Events, metrics of a person and AI calls by turns; ids say what they are of. */
function everything(email: string): Maker {
  let turn = 0;
  return () => {
    turn++;
    if (turn % 3 === 0) return nextMetrics(email, turn);
    if (turn % 3 === 1) return nextCalls();
    return nextEvents(Math.floor(turn / 3), 100);
  };
}

/** One number a day and source, so that none replaces another. */
function nextMetrics(email: string, turn: number) {
  const metric_date = new Date(Date.UTC(2001, 0, 1 + turn % 9000)).toISOString().slice(0, 10);
  const sources = Array.from(
    { length: 5 },
    (_, index) => `source ${index} of ${Math.floor(turn / 9000)}`,
  );
  const items = sources.map((source_name) => ({
    email,
    source_name,
    metric_date,
    data: { sessions: turn },
  }));
  return {
    path: "/metrics/ingest",
    body: JSON.stringify({ items }),
    ids: sources.map((source) => `${metric_date} ${source}`),
  };
}

function nextCalls() {
  const ids = Array.from({ length: 60 }, () => `call ${crypto.randomUUID()}`);
  const lines = ids.map((id) =>
    JSON.stringify({ id, timestamp: "2026-11-16T09:30:00Z", model: "local-llm" })
  );
  return {
    path: "/sessions/ingest",
    contentType: "application/x-ndjson",
    body: lines.join("\n"),
    ids,
  };
}

/** Answers how many of each there are. */
async function assertEverythingThere(
  { url }: PostgresServer,
  orgId: string,
  acknowledged: string[],
): Promise<Pick<StormReport, "events" | "metrics" | "calls">> {
  const stored = await withDatabase(url, (query) =>
    query(
      `select 'events' as kind, event_key::text as id from public.events where org_id = $1::uuid
       union all
       select 'metrics', metric_date || ' ' || source_name from public.metrics where org_id = $1::uuid
       union all
       select 'calls', external_id from private.ai_calls where org_id = $1::uuid
       union all
       select 'dead letters', id::text from private.ai_dead_letters where org_id = $1::uuid`,
      orgId,
    ));
  const ids = stored.map(({ id }) => String(id)).sort();
  assert.deepStrictEqual(ids, acknowledged.toSorted());
  const count = (kind: string) => stored.filter((row) => row["kind"] === kind).length;
  return { events: count("events"), metrics: count("metrics"), calls: count("calls") };
}
