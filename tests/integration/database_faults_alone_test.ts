import assert from "node:assert/strict";
import { startPostgres } from "../../tools/postgres_server.ts";
import { diskFull, type Fault, readOnly, withoutConnections } from "../helpers/soak/faults.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { newTracker, startOwnSupabase, withDatabase } from "../helpers/stack/own_supabase.ts";
import { allOfIt, arrived, newUploads, sendAll, sendInVain } from "../helpers/stack/uploads.ts";

const faults: [string, Fault][] = [
  ["read-only, as hosted Supabase makes it when the disk is nearly full (25006)", readOnly],
  ["whose disk is full (53100)", diskFull],
  ["that has no connection left (53300)", withoutConnections],
];

// A server of its own, because what happens to it happens to everybody.
Deno.test({
  name: "a database that cannot take anything: every way in says so, and loses nothing",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async (t) => {
    await using cleanup = new AsyncDisposableStack();
    const server = await startPostgres({ settings: "max_connections = 24" });
    cleanup.defer(() => server.stop());
    const supabase = await startOwnSupabase(server.url);
    cleanup.defer(() => supabase.stop());
    const url = `${supabase.url}/functions/v1`;
    for (const [what, begin] of faults) {
      await t.step(`a database ${what}`, async () => {
        const { orgId, email, key } = await withDatabase(server.url, newTracker);
        const uploads = newUploads(email);
        const end = await begin(server.url);
        try {
          await sendInVain(url, key, uploads);
        } finally {
          await end();
        }
        await sendAll(url, key, uploads);
        await sendAll(url, key, uploads);
        assert.deepStrictEqual(
          await withDatabase(server.url, (query) => arrived(query, orgId)),
          allOfIt,
        );
      });
    }
  },
});
