import { fileURLToPath } from "node:url";

/** How many busy loops a core gets: the tests keep about four processes going on it, so a quarter is left to them. */
const LOOPS_PER_CORE = 8;
/** When a loop ends by itself, whatever became of this process. */
const MINUTES = 60;

const loop = `const end = Date.now() + ${MINUTES * 60_000}; while (Date.now() < end);`;

/** Runs the tests, all or those that words choose, while loops that do nothing take the processor from them. */
if (import.meta.main) {
  const loops = Array.from(
    { length: LOOPS_PER_CORE * navigator.hardwareConcurrency },
    () =>
      new Deno.Command(Deno.execPath(), {
        args: ["eval", "--no-lock", "--no-config", loop],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn(),
  );
  const run = fileURLToPath(new URL("run.ts", import.meta.url));
  const args = ["run", "-A", "--no-lock", run, ...Deno.args];
  const tests = new Deno.Command(Deno.execPath(), { args }).spawn();
  // Ctrl-C reaches all of them; this process ends when they have.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", () => tests.kill("SIGTERM"));
  const { code } = await tests.status;
  for (const one of loops) {
    try {
      one.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself, which is fine.
      if (!(error instanceof TypeError)) throw error;
    }
    await one.status;
  }
  Deno.exit(code);
}
