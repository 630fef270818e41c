import { migrate } from "../local/migrations.ts";
import { fillDatabase } from "./lib/prepared_database.ts";
import { projectRoot } from "./lib/schemas.ts";
import { startPostgres } from "./postgres_server.ts";

/** Lets `use` work on a PostgreSQL database with every migration applied, which is gone afterwards. */
export async function withMigratedDatabase<Result>(
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  await using server = await startPostgres();
  await fillDatabase(server.url, (database) => migrate(database, projectRoot));
  return await use(server.url);
}
