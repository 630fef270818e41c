import { startPostgres } from "/tmp/w/a2/tools/postgres_server.ts";
import { startStack } from "/tmp/w/a2/local/stack.ts";
const server = await startPostgres();
const stack = await startStack({ port: 0, databaseUrl: server.url, reset: true, seed: false, scheduler: false, log: () => {} });
await Deno.writeTextFile("/tmp/a2/env", `DB=${server.url}\nURL=${stack.url}\nKEY=${stack.environment.API_SECRET_KEY}\n`);
const done = Promise.withResolvers<void>();
Deno.addSignalListener("SIGTERM", () => done.resolve());
await done.promise; await stack.stop(); await server.stop(); Deno.exit(0);
