import assert from "node:assert/strict";
import { callsOfJobs } from "../helpers/inputs/scheduled_calls.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";

setFunctionEnvironment();

Deno.test("pg_cron is answered before the work, which whatever is asked of others may hold up", async (t) => {
  const realFetch = globalThis.fetch;
  const handed: Promise<unknown>[] = [];
  const { promise: end, resolve: giveUp } = Promise.withResolvers<void>();
  let asked = 0;
  // Database, GitHub and mail provider: nobody answers until the test has its answer.
  globalThis.fetch = async () => {
    asked++;
    await end;
    return new Response("gone", { status: 503 });
  };
  Reflect.set(globalThis, "EdgeRuntime", {
    waitUntil: (work: Promise<unknown>) => handed.push(work),
  });
  try {
    for (const { path, body } of await callsOfJobs()) {
      await t.step(path, async () => {
        const name = path.split("/")[1];
        const { app } = await import(`../../supabase/functions/${name}/app.ts`);
        const response: Response = await app.fetch(
          new Request(`https://functions.example.test${path}`, {
            method: "POST",
            headers: {
              authorization: `Bearer ${testEnv("TEST_CRON_SECRET")}`,
              "content-type": "application/json",
            },
            body,
          }),
        );
        assert.ok(response.ok, `${response.status} ${await response.text()}`);
      });
    }
    assert.ok(asked >= 3, "no work was begun");
    giveUp();
    await Promise.all(handed);
  } finally {
    globalThis.fetch = realFetch;
    Reflect.deleteProperty(globalThis, "EdgeRuntime");
  }
});
