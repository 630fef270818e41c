import assert from "node:assert/strict";
import { inBackground, startClock } from "../../supabase/functions/auth/quietly.ts";

Deno.test("startClock() holds an answer back for half a second from its start, not from the wait", async () => {
  const started = performance.now();
  const plausibleTime = startClock();
  await plausibleTime();
  const took = performance.now() - started;
  assert.ok(took >= 495 && took < 5000, `${took} ms`);
  await plausibleTime();
  assert.ok(performance.now() - started - took < 400, "waited twice");
});

Deno.test("inBackground() hands work to the hosted runtime, which never sees it fail", async () => {
  const handed: Promise<unknown>[] = [];
  const lines: unknown[] = [];
  const printed = console.log;
  console.log = (line: unknown) => lines.push(line);
  Reflect.set(globalThis, "EdgeRuntime", {
    waitUntil: (work: Promise<unknown>) => handed.push(work),
  });
  try {
    inBackground("mail_failed", () => Promise.reject(new Error("no way to ada@example.test")));
    assert.strictEqual(handed.length, 1);
    await handed[0];
  } finally {
    Reflect.deleteProperty(globalThis, "EdgeRuntime");
    console.log = printed;
  }
  assert.deepStrictEqual(lines.map((line) => JSON.parse(String(line))), [
    { level: "warn", event: "mail_failed", cause: "Error: no way to [email]" },
  ]);
});
