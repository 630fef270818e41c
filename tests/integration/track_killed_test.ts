import assert from "node:assert/strict";
import { startFunctions } from "../../tools/function_process.ts";
import { sql } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { functionEnvironment } from "../helpers/stack/in_process.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { StubbornClient } from "../helpers/analytics/stubborn_client.ts";

Deno.test("the function killed in the middle of load: every acknowledged event is there once and counted", async () => {
  const { id: orgId } = await newOrganization();
  const { key } = await newKey(orgId, { scopes: ["ingest"] });
  const start = () => startFunctions({ names: ["track"], env: functionEnvironment() });
  let functions = await start();
  try {
    const target = { url: functions.url, key };
    const client = new StubbornClient(target);
    const sending = client.send(600);
    await client.acknowledged(200);
    await functions.kill();
    functions = await start();
    target.url = functions.url;
    const { acknowledged, retries } = await sending;
    assert.ok(retries > 0, "nothing was under way when the process was killed");
    const stored = await sql<{ event_key: string }>(
      "select event_key::text from public.events where org_id = $1::uuid",
      orgId,
    );
    assert.deepStrictEqual(stored.map(({ event_key }) => event_key).sort(), acknowledged.sort());
    await assertExactCounts(orgId);
  } finally {
    await functions.stop();
  }
});
