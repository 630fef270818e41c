import assert from "node:assert/strict";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { captureLog } from "../helpers/stack/log.ts";

// A data API that stores nothing until it is let, so that events queue up. The environment is this process's, which is why
// this test runs alone.
const stored = Promise.withResolvers<void>();
const dataApi = serve(async (request) => {
  const { p_events } = await request.json();
  await stored.promise;
  return Response.json({
    accepted: p_events.length,
    duplicates: [],
    too_old: [],
    too_many_names: [],
    unlinked: [],
  });
});

setFunctionEnvironment();
const before = Deno.env.get("SUPABASE_URL");
Deno.env.set("SUPABASE_URL", dataApi.url);
const { app } = await import("../../supabase/functions/track/app.ts");
const bearer = Deno.env.get("API_SECRET_KEY");

/** As many as may wait, in store.ts. */
const room = 2000;

Deno.test("a full queue answers 503 with Retry-After, and loses nothing of what waits", async () => {
  const log = captureLog();
  const functions = serve((request) => app.fetch(request));
  // The one that is answered is the one for which there is no room.
  const sent = Array.from({ length: room + 1 }, () => app.fetch(event("http://localhost")));
  assert.strictEqual((await Promise.race(sent)).status, 503);
  const refused = await fetch(event(functions.url));
  assert.strictEqual(refused.status, 503);
  assert.strictEqual(refused.headers.get("retry-after"), "1");
  assert.strictEqual((await refused.json())["code"], "not_ready");

  stored.resolve();
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  assert.strictEqual(statuses.filter((status) => status === 202).length, room);
  const later = await fetch(event(functions.url));
  assert.strictEqual(later.status, 202);
  await later.body?.cancel();

  log.stop();
  await functions.stop();
  await dataApi.stop();
  if (before === undefined) Deno.env.delete("SUPABASE_URL");
  else Deno.env.set("SUPABASE_URL", before);
});

function event(url: string): Request {
  return new Request(`${url}/track`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify({ org_id: "00000000-0000-4000-8000-000000000001", event: "waits" }),
  });
}

function serve(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}
