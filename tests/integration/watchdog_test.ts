import assert from "node:assert/strict";

Deno.test("a process that stands still is ended and says why, one that lives on is not", async () => {
  const stuck = await run("endWhenStuck(1); while (true);");
  assert.strictEqual(stuck.signal, "SIGKILL");
  assert.match(stuck.stderr, /No answer for 1 s: a statement ran on/);
  // Five seconds, because a busy machine may let a process wait for one.
  const alive = await run("endWhenStuck(5); setTimeout(() => Deno.exit(7), 7000);");
  assert.deepStrictEqual([alive.code, alive.stderr], [7, ""]);
  const unwatched = await run(
    "const end = endWhenStuck(1); end(); const since = Date.now(); while (Date.now() < since + 3000); Deno.exit(8);",
  );
  assert.deepStrictEqual([unwatched.code, unwatched.stderr], [8, ""]);
});

async function run(work: string) {
  const watchdog = new URL("../../local/watchdog.ts", import.meta.url);
  const script = `import { endWhenStuck } from "${watchdog}"; ${work}`;
  const { code, signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", `data:text/typescript,${encodeURIComponent(script)}`],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(120_000),
  }).output();
  return { code, signal, stderr: new TextDecoder().decode(stderr) };
}
