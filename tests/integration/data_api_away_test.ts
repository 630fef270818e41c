import assert from "node:assert/strict";
import { startFunctions } from "../../tools/function_process.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { functionEnvironment } from "../helpers/stack/in_process.ts";
import { allOfIt, arrived, newUploads, sendAll, sendInVain } from "../helpers/stack/uploads.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("a data API that refuses connections: every way in says so, and takes the same once it is back", async () => {
  const { orgId, email } = await seedPerson();
  const { key } = await newKey(orgId, { scopes: ["ingest"] });
  const uploads = newUploads(email);
  const port = freePort();
  await using cleanup = new AsyncDisposableStack();
  const functions = await startFunctions({
    names: ["track", "metrics", "sessions"],
    env: { ...functionEnvironment(), SUPABASE_URL: `http://127.0.0.1:${port}` },
  });
  cleanup.defer(() => functions.stop());

  await sendInVain(functions.url, key, uploads);
  assert.deepStrictEqual(await arrived(sql, orgId), { ...nothing, dead_letters: 0 });

  const gateway = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, forward);
  cleanup.defer(() => gateway.shutdown());
  await sendAll(functions.url, key, uploads);
  await sendAll(functions.url, key, uploads);
  assert.deepStrictEqual(await arrived(sql, orgId), allOfIt);
});

const nothing = { events: 0, metrics: 0, calls: 0 };

/** Hands a request on to the tests' own data API. */
async function forward(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { method, headers } = request;
  const body = request.body && await request.arrayBuffer();
  return await fetch(testEnv("TEST_URL") + pathname + search, { method, headers, body });
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
