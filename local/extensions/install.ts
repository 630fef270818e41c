import { type Database, describeUrl, isThisMachine } from "../database.ts";
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
    // Another machine's folder may well have the same name as one of ours.
    if (!isThisMachine(url)) throw new Error("it is another machine");
    for (const file of files) await Deno.writeTextFile(`${folder}/${file.name}`, file.text);
  } catch (error) {
    const names = files.map((file) => `local/extensions/${file.name}`).join(" ");
    const reason = error instanceof Error ? error.message : error;
    throw new StartError(
      `${describeUrl(url)} lacks ${
        missing.join(", ")
      }: copy ${names} to its ${folder}/ (${reason})`,
    );
  }
}
