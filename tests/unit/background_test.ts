import assert from "node:assert/strict";
import { inBackground } from "../../supabase/functions/_shared/http/background.ts";

Deno.test("inBackground() hands work to the hosted runtime, which never sees it fail", async () => {
  const handed: Promise<unknown>[] = [];
  const lines: unknown[] = [];
  const printed = console.error;
  console.error = (line: unknown) => lines.push(line);
  Reflect.set(globalThis, "EdgeRuntime", {
    waitUntil: (work: Promise<unknown>) => handed.push(work),
  });
  try {
    inBackground("mail", Promise.reject(new Error("no way to ada@example.test")));
    assert.strictEqual(handed.length, 1);
    await handed[0];
  } finally {
    Reflect.deleteProperty(globalThis, "EdgeRuntime");
    console.error = printed;
  }
  assert.deepStrictEqual(lines.map((line) => JSON.parse(String(line))), [
    {
      level: "error",
      event: "background_failed",
      what: "mail",
      cause: "Error: no way to [email]",
    },
  ]);
});
