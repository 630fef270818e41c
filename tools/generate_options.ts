import { parseArgs } from "node:util";
import { UsageError } from "../local/options.ts";
import type { GeneratedData } from "./event_generator.ts";

export const HELP = `Generates an organization with random events, and all that is counted of them.

Usage: deno task generate --events N [options]

Options:
  --events N    How many events, 1 to 50000000
  --persons P   Of how many persons, at most one for each event and 1000000 (default: one for 200 events, but 50)
  --days D      On how many days up to yesterday, 1 to 730 (default: 365)
  --org NAME    The name of the organization (default: Generated)
  --seed S      Another number gives other events, the same one the same (default: 1)
  --state DIR   Where the local Supabase keeps its database (default: .local); it must not be running
  --help        Show this

Environment:
  DATABASE_URL  postgres://user:password@host:5432/database, a server on this machine that \`deno task start\`
                has migrated. It may be running. A million events take some 20 seconds there; in .local, minutes.`;

/** The command line; undefined if it asks for help. Throws {@link UsageError} that says what is wrong with it. */
export function parseGenerateOptions(
  args: string[],
): { data: GeneratedData; state?: string } | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (values.events === undefined) throw new UsageError("--events is required (see --help)");
  const events = parseNumber("events", values.events, 1, 50_000_000);
  const most = Math.min(events, 1_000_000);
  const persons = values.persons === undefined
    ? Math.min(most, Math.max(50, Math.ceil(events / 200)))
    : parseNumber("persons", values.persons, 1, most);
  const { org = "Generated" } = values;
  if (org.trim() === "" || org.length > 200) {
    throw new UsageError("--org takes a name of 1 to 200 characters (see --help)");
  }
  return {
    data: {
      events,
      persons,
      days: parseNumber("days", values.days ?? "365", 1, 730),
      seed: parseNumber("seed", values.seed ?? "1", 0, 2 ** 31),
      org,
    },
    ...(values.state === undefined ? {} : { state: values.state }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        events: { type: "string" },
        persons: { type: "string" },
        days: { type: "string" },
        org: { type: "string" },
        seed: { type: "string" },
        state: { type: "string" },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message} (see --help)`);
  }
}

function parseNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new UsageError(
      `--${option} takes a number from ${least} to ${most}, not "${text}" (see --help)`,
    );
  }
  return number;
}
