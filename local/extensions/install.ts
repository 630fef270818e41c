import { type Database } from "../database.ts";
import { StartError } from "../start_error.ts";
import { STAND_INS, standInFiles } from "./bundle.ts";

/**
 * Makes `create extension` of what hosted Supabase has work on a plain server, by putting the stand-ins for
 * those it lacks into its extension folder. A server that has them, the real pg_cron say, is left alone.
 * Throws {@link StartError} that says what to do where the folder is not ours to write.
 */
export async function installStandIns(database: Database, url: string): Promise<void> {
  const available = await database.query<{ name: string }>(
    "select name from pg_available_extensions where name = any($1)",
    [[...STAND_INS]],
  );
  const missing = STAND_INS.filter((name) => !available.some((row) => row.name === name));
  if (missing.length === 0) return;

  const [setting] = await database.query<{ folder: string }>(
    "select setting || '/extension' as folder from pg_config where name = 'SHAREDIR'",
  );
  const folder = setting?.folder ?? "";
  const files = (await Promise.all(missing.map(standInFiles))).flat();
  try {
    for (const file of files) await Deno.writeTextFile(`${folder}/${file.name}`, file.text);
  } catch (error) {
    const host = new URL(url).hostname;
    throw new StartError(
      `The server at ${host} lacks ${missing.join(", ")}: copy ${
        files.map((file) => `local/extensions/${file.name}`).join(" ")
      } to its ${folder}/ (${error instanceof Error ? error.message : error})`,
    );
  }
}
