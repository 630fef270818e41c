import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { createApiKey } from "../../supabase/functions/_shared/http/api_key.ts";
import { startFunctions } from "../../tools/function_process.ts";
import { startPostgres } from "../../tools/postgres_server.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { assertExactCounts, type Query } from "../helpers/analytics/event_invariants.ts";
import { functionEnvironment } from "../helpers/stack/in_process.ts";
import { StubbornClient } from "../helpers/analytics/stubborn_client.ts";

// A server of its own, because a crash takes everybody's connections along, and one that flushes what it commits.
Deno.test({
  name:
    "the database crashing in the middle of load: every acknowledged event is there once and counted",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = await startPostgres({ durable: true });
    cleanup.defer(() => server.stop());
    const supabase = await startSupabase(server.url);
    cleanup.defer(() => supabase.remove());
    const { orgId, key } = await withDatabase(server.url, newTracker);
    const env = { ...functionEnvironment(), SUPABASE_URL: supabase.url };
    const functions = await startFunctions({ names: ["track"], env });
    cleanup.defer(() => functions.stop());

    const client = new StubbornClient({ url: functions.url, key });
    const sending = client.send(600);
    await client.acknowledged(200);
    await server.crash();
    const { acknowledged, retries } = await sending;

    assert.ok(retries > 0, "nothing was under way when the database crashed");
    await withDatabase(server.url, async (query) => {
      const stored = await query(
        "select event_key::text from public.events where org_id = $1::uuid",
        orgId,
      );
      assert.deepStrictEqual(
        stored.map(({ event_key }) => event_key).sort(),
        acknowledged.sort(),
      );
      await assertExactCounts(orgId, "", query);
    });
  },
});

/** The local Supabase in a process of its own. */
async function startSupabase(databaseUrl: string) {
  const state = await Deno.makeTempDir({ prefix: "crash-" });
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL("../../local/main.ts", import.meta.url));
  const args = ["run", "-A", main, "--no-seed", "--state", state, "--port", String(port)];
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env: { ...functionEnvironment(), DATABASE_URL: databaseUrl },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await untilItAnswers(`${url}/functions/v1/health/liveness`);
  const remove = async () => {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(state, { recursive: true });
  };
  return { url, remove };
}

async function untilItAnswers(url: string): Promise<void> {
  const patience = AbortSignal.timeout(300_000);
  while (!patience.aborted) {
    try {
      const answer = await fetch(url, { signal: patience });
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25)); // nobody listens yet
    }
  }
  throw new Error(`${url} does not answer`);
}

async function withDatabase<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 });
  try {
    return await work(async (statement, ...params) => [
      ...await sql.unsafe(statement, params.map(String)),
    ]);
  } finally {
    await sql.end();
  }
}

async function newTracker(query: Query): Promise<{ orgId: string; key: string }> {
  const [org] = await query(
    "insert into public.organizations (name) values ('Crashing') returning id",
  );
  const orgId = String(org?.["id"]);
  const { key, id, secretHash } = createApiKey(testEnv("TEST_API_KEY_SECRET"));
  await query(
    `insert into public.api_keys (id, org_id, name, scopes, secret_hash)
     values ($1, $2::uuid, 'Crashing', '{ingest}', $3)`,
    id,
    orgId,
    secretHash,
  );
  return { orgId, key };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
