import assert from "node:assert/strict";
import { startDelay } from "../../supabase/functions/auth/response_delay.ts";

Deno.test("startDelay() holds an answer back for half a second from its start, not from the wait", async () => {
  const started = performance.now();
  const delay = startDelay();
  await delay();
  const took = performance.now() - started;
  assert.ok(took >= 495, `${took} ms`);
  // Timers end in their order, however slow the machine is.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = new Promise((resolve) => timer = setTimeout(() => resolve("later"), 400));
  const first = await Promise.race([delay().then(() => "at once"), later]);
  clearTimeout(timer);
  assert.strictEqual(first, "at once");
});
