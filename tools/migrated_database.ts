import { startStack } from "../local/stack.ts";
import { startPostgres } from "./postgres_server.ts";

/** Lets `use` work on a PostgreSQL database with every migration applied, which is gone afterwards. */
export async function withMigratedDatabase<Result>(
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = await startPostgres();
  try {
    const stack = await startStack({
      port: 0,
      memory: true,
      seed: false,
      scheduler: false,
      databaseUrl: server.url,
    });
    await stack.stop();
    return await use(server.url);
  } finally {
    await server.stop();
  }
}
