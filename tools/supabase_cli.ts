import { fileURLToPath } from "node:url";

/** The Supabase CLI that the checks are made with. */
export const cliVersion = "3.1.0";

export interface CliOutput {
  code: number;
  stdout: string;
  stderr: string;
}

const silent = { DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1" };

/** Runs the Supabase CLI in this terminal, so that it can ask, and answers its exit code. */
export async function supabaseCliHere(args: string[]): Promise<number> {
  const { code } = await new Deno.Command("npx", {
    args: ["-y", `supabase@${cliVersion}`, ...args],
    env: silent,
  }).spawn().status;
  return code;
}

/** Runs the Supabase CLI from npm in this project, without telemetry, and answers what it printed. */
export async function supabaseCli(
  args: string[],
  { env = {}, cwd = fileURLToPath(new URL("..", import.meta.url)) }: {
    env?: Record<string, string>;
    cwd?: string;
  } = {},
): Promise<CliOutput> {
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["-y", `supabase@${cliVersion}`, ...args],
    cwd,
    env: { ...silent, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
