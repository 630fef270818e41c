import assert from "node:assert/strict";
import { createApp } from "../../supabase/functions/_shared/http/app.ts";

Deno.test("a request that is answered 5xx is logged as an error, any other as information", async () => {
  const app = createApp("tests");
  app.get("/answer/:status", (c) => c.body(null, Number(c.req.param("status")) as 200));
  for (const [status, level] of [[200, "info"], [404, "info"], [503, "error"]] as const) {
    const lines = await logged(() => app.request(`/tests/answer/${status}`));
    assert.deepStrictEqual(
      lines.map(({ to, line }) => [to, line["level"], line["status"]]),
      [[level === "error" ? "error" : "log", level, status]],
    );
  }
});

/** What is written to the console meanwhile, parsed. */
async function logged(
  work: () => Response | Promise<Response>,
): Promise<{ to: string; line: Record<string, unknown> }[]> {
  const lines: { to: string; line: Record<string, unknown> }[] = [];
  const { log, error } = console;
  console.log = (text: string) => lines.push({ to: "log", line: JSON.parse(text) });
  console.error = (text: string) => lines.push({ to: "error", line: JSON.parse(text) });
  try {
    await work();
  } finally {
    Object.assign(console, { log, error });
  }
  return lines;
}
