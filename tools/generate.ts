import { fileURLToPath } from "node:url";
import {
  type Database,
  describeUrl,
  isThisMachine,
  openPglite,
  openPostgres,
} from "../local/database.ts";
import { UsageError } from "../local/options.ts";
import { StartError } from "../local/start_error.ts";
import { lockState } from "../local/state.ts";
import { generateEvents } from "./event_generator.ts";
import { HELP, parseGenerateOptions } from "./generate_options.ts";

/** Fills the database of the local Supabase, or of DATABASE_URL, with the events of an organization. */
if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof StartError || error instanceof UsageError)) throw error;
    console.error(`generate: ${error.message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

async function main(args: string[]): Promise<void> {
  const options = parseGenerateOptions(args);
  if (!options) {
    console.log(HELP);
    return;
  }
  const { data } = options;
  await using opened = await openDatabase(options.state);
  const made = await generateEvents(opened.database, data, (line) => console.log(`  ${line}`));
  console.log(`
Generated ${data.events.toLocaleString("en")} events in ${made.seconds.toFixed(1)} s.

  Organization  ${made.orgId}, ${data.org}
  Days          ${made.firstDay} to ${made.lastDay}

  GET /functions/v1/analytics?org_id=${made.orgId}&start_date=${made.firstDay}&end_date=${made.lastDay}`);
}

/** The server of DATABASE_URL, or PGlite in the state folder, which only one process may have open. */
async function openDatabase(state?: string): Promise<AsyncDisposable & { database: Database }> {
  const url = Deno.env.get("DATABASE_URL");
  await using cleanup = new AsyncDisposableStack();
  let database: Database;
  if (url) {
    const where = describeUrl(url);
    if (!isThisMachine(url)) {
      throw new StartError(`Generates into databases on this machine only, not ${where}`);
    }
    ({ database } = await openPostgres(url));
  } else {
    const folder = state ?? fileURLToPath(new URL("../.local", import.meta.url));
    await requireDatabase(folder);
    const lock = await lockState(folder);
    cleanup.defer(() => lock.release());
    ({ database } = await openPglite(`${folder}/db`));
  }
  cleanup.defer(() => database.close());
  const opened = cleanup.move();
  return { database, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function requireDatabase(folder: string): Promise<void> {
  try {
    await Deno.stat(`${folder}/db`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new StartError(`There is no database in ${folder}: run \`deno task start\` once first`);
  }
}
