import assert from "node:assert/strict";
import { callLimit, endingOf, systemClock } from "../../supabase/functions/_shared/http/clock.ts";

Deno.test("endingOf() is aborted by the event that the hosted runtime ends a worker with", () => {
  const worker = new EventTarget();
  const ending = endingOf(worker);
  worker.dispatchEvent(new Event("load"));
  assert.strictEqual(ending.aborted, false);
  worker.dispatchEvent(new Event("beforeunload"));
  assert.strictEqual(ending.aborted, true);
  assert.strictEqual(systemClock.ending.aborted, false);
});

Deno.test("a call ends before the 75 seconds that are sure on hosted Supabase", () => {
  assert.ok(callLimit <= 60_000);
});
