import { parseArgs } from "node:util";

export interface Options {
  port?: number;
  memory: boolean;
  seed: boolean;
  reset: boolean;
  state?: string;
  root?: string;
  help: boolean;
}

/** An option that makes no sense; the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

export const HELP =
  `The local Supabase of Living Lytics: database, REST, auth and functions on one port.
The first start installs some 120 packages of npm into node_modules (200 MB); Deno names each.

Usage: deno task start [options]

Options:
  --port N      Port to listen on (default: the API port of supabase/config.toml, 54321; 0 = a free one)
  --memory      Keep no data: the database lives in memory
  --no-seed     Leave out the demo data of supabase/seed.sql
  --reset       Empty the database first
  --state DIR   Where database, keys and \`env\` are kept (default: .local); \`env\` of another port is in DIR/PORT
  --root DIR    The project to serve (default: this one)
  --help        Show this

Environment:
  DATABASE_URL  postgres://user:password@host:5432/database uses that server instead of PGlite
  Variables of the functions: the environment wins, then supabase/functions/.env, then generated values.`;

/** Reads the command line. Throws {@link UsageError} that says what is wrong with it. */
export function parseOptions(args: string[]): Options {
  const { port, state, root, ...flags } = parse(args);
  return {
    memory: flags.memory,
    seed: !flags["no-seed"],
    reset: flags.reset,
    help: flags.help,
    ...(port === undefined ? {} : { port: parsePort(port) }),
    ...(state === undefined ? {} : { state }),
    ...(root === undefined ? {} : { root }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: "string" },
        memory: { type: "boolean", default: false },
        "no-seed": { type: "boolean", default: false },
        reset: { type: "boolean", default: false },
        state: { type: "string" },
        root: { type: "string" },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message} (see --help)`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new UsageError(`--port takes a number from 0 to 65535, not "${text}" (see --help)`);
  }
  return port;
}
