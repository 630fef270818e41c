import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { jwt } from "../helpers/tenancy/jwt.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

const records = ["first", "second", "third"].map((id) =>
  JSON.stringify({ id, timestamp: "2026-11-16T09:30:00Z", model: "local-llm" }) + "\n"
);

Deno.test("a token that expires in the middle of an upload is named, and sending again stores each record once", async () => {
  const { authUserId: sub, orgId: org_id, token } = await newPerson();
  const exp = Math.floor(Date.now() / 1000) + 2;
  const expiring = jwt({ sub, exp });
  const upload = (as: { token: string }, body: unknown) =>
    api("/sessions/ingest", {
      method: "POST",
      as,
      query: { org_id },
      headers: { "content-type": "application/x-ndjson" },
      body,
    });

  assertProblem(await upload({ token: expiring }, untilLate(exp * 1000)), 401, "expired_token");
  const again = await upload({ token }, records.join(""));
  assert.strictEqual(again.status, 200, again.text);
  assert.deepStrictEqual(
    await sql(
      `select external_id from private.ai_sessions where org_id = $1::uuid
       union all select 'dead letter' from private.ai_dead_letters where org_id = $1::uuid order by 1`,
      org_id,
    ),
    [{ external_id: "first" }, { external_id: "second" }, { external_id: "third" }],
  );
});

/** The records, the last of them only once a time is over. */
function untilLate(time: number): ReadableStream<Uint8Array> {
  const [first = "", ...others] = records;
  let part = 0;
  return new ReadableStream({
    async pull(controller) {
      if (part++ === 0) return controller.enqueue(new TextEncoder().encode(first));
      // The clock is what the token is held against, so there is nothing else to wait for.
      while (Date.now() <= time) await new Promise((resolve) => setTimeout(resolve, 50));
      controller.enqueue(new TextEncoder().encode(others.join("")));
      controller.close();
    },
  });
}
