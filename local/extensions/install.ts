import { type Database, describeUrl, isThisMachine } from "../database.ts";
import { StartError } from "../start_error.ts";
import { type ExtensionFile, STAND_INS, standInFiles } from "./bundle.ts";

/**
 * Makes `create extension` of what hosted Supabase has work on a plain server, by putting the stand-ins for
 * those it lacks into its extension folder. A server that has them, the real pg_cron say, is left alone.
 * Throws {@link StartError} that says what to do where the folder is not ours to write.
 */
export async function installStandIns(database: Database, url: string): Promise<void> {
  const available = await database.query<{ name: string; default_version: string }>(
    "select name, default_version from pg_available_extensions where name = any($1)",
    [[...STAND_INS]],
  );
  const real = available.filter((row) => !row.default_version.endsWith("-local"));
  if (real.some((row) => row.name === "pg_cron")) await checkCron(database, url);
  const needed = STAND_INS.filter((name) => !real.some((row) => row.name === name));
  const here = isThisMachine(url);
  // On another machine someone has copied them by hand; here they may be those of an older checkout.
  if (!here && available.length === STAND_INS.length) return;

  const [setting] = await database.query<{ folder: string }>(
    "select setting || '/extension' as folder from pg_config where name = 'SHAREDIR'",
  );
  const folder = setting?.folder ?? "";
  const files = (await Promise.all(needed.map(standInFiles))).flat();
  try {
    // Another machine's folder may well have the same name as one of ours.
    if (!here) throw new Error("it is another machine");
    for (const file of files) await putFile(folder, file);
  } catch (error) {
    const names = files.map((file) => `local/extensions/${file.name}`).join(" ");
    const reason = error instanceof Error ? error.message : error;
    throw new StartError(
      `${describeUrl(url)} lacks ${needed.join(", ")}: copy ${names} to its ${folder}/ (${reason})`,
    );
  }
}

/** The real pg_cron works only where the server has loaded it as it started, and for one database. */
async function checkCron(database: Database, url: string): Promise<void> {
  const [server] = await database.query<{ loaded: boolean; cron: string | null; own: string }>(
    `select 'pg_cron' = any(regexp_split_to_array(current_setting('shared_preload_libraries'), '[\\s,"]+')) as loaded,
       current_setting('cron.database_name', true) as cron, current_database() as own`,
  );
  if (server?.loaded && server.cron === server.own) return;
  const why = server?.loaded
    ? `runs pg_cron for the database ${server.cron}`
    : "has pg_cron installed but not loaded";
  throw new StartError(
    `${describeUrl(url)} ${why}: set shared_preload_libraries = 'pg_cron' and ` +
      `cron.database_name = '${server?.own}' in postgresql.conf and restart the server`,
  );
}

async function putFile(folder: string, { name, text }: ExtensionFile): Promise<void> {
  const path = `${folder}/${name}`;
  try {
    // Without the right to write, files that are as they should be are no reason to fail.
    if (await Deno.readTextFile(path) === text) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.writeTextFile(path, text);
}
