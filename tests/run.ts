import { fileURLToPath } from "node:url";

/**
 * Runs the tests, with the versions of tests/deno.lock: whatever only tests need is in there and not in deno.lock, whose packages
 * `deno task start` installs. What it takes is told in helpers/runner/main.ts.
 */
if (import.meta.main) {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const runner = ["run", "-A", `--lock=${at("deno.lock")}`, at("helpers/runner/main.ts")];
  const child = new Deno.Command(Deno.execPath(), { args: [...runner, ...Deno.args] }).spawn();
  // Ctrl-C reaches the runner too; this process ends when it has cleaned up.
  Deno.addSignalListener("SIGINT", () => {});
  Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  Deno.exit((await child.status).code);
}
