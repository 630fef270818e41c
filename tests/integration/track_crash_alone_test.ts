import assert from "node:assert/strict";
import { startFunctions } from "../../tools/function_process.ts";
import { startPostgres } from "../../tools/postgres_server.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { functionEnvironment } from "../helpers/stack/in_process.ts";
import { newTracker, startOwnSupabase, withDatabase } from "../helpers/stack/own_supabase.ts";
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
    const supabase = await startOwnSupabase(server.url);
    cleanup.defer(() => supabase.stop());
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
