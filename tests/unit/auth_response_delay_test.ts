import assert from "node:assert/strict";
import { startDelay } from "../../supabase/functions/auth/response_delay.ts";

Deno.test("startDelay() holds an answer back for half a second from its start, not from the wait", async () => {
  const started = performance.now();
  const delay = startDelay();
  await delay();
  const took = performance.now() - started;
  assert.ok(took >= 495 && took < 5000, `${took} ms`);
  await delay();
  assert.ok(performance.now() - started - took < 400, "waited twice");
});
