import { bootstrap } from "../../local/bootstrap.ts";
import { readConfig } from "../../local/config.ts";
import { type Database, type OpenDatabase, openPostgres } from "../../local/database.ts";
import { generatedSecrets, mergeEnvironment } from "../../local/environment.ts";
import { installStandIns } from "../../local/extensions/install.ts";
import { supabaseApp } from "../../local/lite.ts";
import { Mailbox } from "../../local/mailbox.ts";
import { projectRoot } from "./schemas.ts";

/** Brings a plain database to what a hosted project is before its first migration. */
export async function prepare({ database, connection }: OpenDatabase): Promise<void> {
  const environment = mergeEnvironment("http://127.0.0.1", {
    overrides: {},
    process: {},
    functionsEnv: {},
    generated: await generatedSecrets(undefined),
  });
  const config = await readConfig(projectRoot);
  await bootstrap(database, supabaseApp(connection, config, environment, new Mailbox(() => {})));
}

/** Prepares an empty database of a server and lets `work` fill it. */
export async function fillDatabase<Result>(
  url: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const open = await openPostgres(url);
  try {
    await installStandIns(open.database, url);
    await prepare(open);
    return await work(open.database);
  } finally {
    await open.database.close();
  }
}
