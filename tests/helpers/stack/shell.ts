import assert from "node:assert/strict";
import { testEnv } from "./api.ts";

/** The shells that people paste into. zsh is asked as it is when somebody types: it then knows no comments. */
export const shells = {
  bash: { command: "bash", args: ["-s"], before: "set -euo pipefail\n" },
  zsh: { command: "zsh", args: ["-f", "-i", "-s"], before: "set -e\n" },
} as const;
export type Shell = keyof typeof shells;

/** Whether this machine has a shell; Debian's zsh is a package of its own. */
export async function hasShell(shell: Shell): Promise<boolean> {
  try {
    await new Deno.Command(shells[shell].command, { args: ["-c", "true"] }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Pastes a script into a shell, in a new folder with the `.local/env` that `deno task start` writes, and answers what it printed. A
 * command that fails fails the test.
 */
export async function paste(shell: Shell, script: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/.local`);
    await Deno.writeTextFile(`${folder}/.local/env`, environmentFile());
    const { command, args, before } = shells[shell];
    return await run(command, [...args], { input: before + script, cwd: folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a program with something on its standard input; it must succeed. Answers what it printed. */
export async function run(
  command: string,
  args: string[],
  { input, ...options }: { input: string; cwd: string; env?: Record<string, string> },
): Promise<string> {
  const child = new Deno.Command(command, {
    args,
    ...options,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const [{ success, stdout, stderr }] = await Promise.all([
    child.output(),
    // A shell that stops at the first failure does not read to the end.
    writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch((error) => {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }),
  ]);
  const decoder = new TextDecoder();
  assert.ok(success, `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

function environmentFile(): string {
  return Object.entries({
    SUPABASE_URL: testEnv("TEST_URL"),
    SUPABASE_PUBLISHABLE_KEY: testEnv("TEST_PUBLISHABLE_KEY"),
    SUPABASE_SECRET_KEY: testEnv("TEST_SECRET_KEY"),
    API_SECRET_KEY: testEnv("TEST_API_SECRET_KEY"),
  }).map(([name, value]) => `${name}=${value}\n`).join("");
}
