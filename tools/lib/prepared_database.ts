import { becomeOwner, bootstrap } from "../../local/bootstrap.ts";
import { readConfig } from "../../local/config.ts";
import { type Database, type OpenDatabase, openPostgres } from "../../local/database.ts";
import { generatedSecrets, mergeEnvironment } from "../../local/environment.ts";
import { installStandIns } from "../../local/extensions/install.ts";
import { supabaseApp } from "../../local/lite.ts";
import { RoleSettings } from "../../local/role_settings.ts";
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
  const app = supabaseApp(
    connection,
    config,
    environment,
    new Mailbox(() => {}),
    new RoleSettings(),
  );
  await bootstrap(database, app);
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

/** Makes what the files of supabase/schemas say, given as one script, in a prepared database. */
export async function declareSchema(database: Database, script: string): Promise<void> {
  await database.transaction(async (session) => {
    await becomeOwner(session);
    await session.exec(script);
  });
}
