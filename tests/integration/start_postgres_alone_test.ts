import { deepStrictEqual, equal, match } from "node:assert/strict";
import postgres from "postgres";
import { startPostgres } from "../../tools/postgres_server.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { Project, READY } from "../helpers/stack/project.ts";

const ignore = testEnv("TEST_DATABASE") !== "postgres";

Deno.test({
  name: "start survives its database going away in the middle of transactions",
  ignore,
  fn: async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = await startPostgres({ durable: true });
    cleanup.defer(() => server.stop());
    const project = cleanup.use(await Project.create());
    await project.file("supabase/migrations/20250102000000_slow.sql", SLOW);
    const start = cleanup.use(project.start([], { DATABASE_URL: server.url }));
    await start.waitFor(READY);
    const { SUPABASE_URL, SUPABASE_SECRET_KEY = "" } = await project.env();
    const sleep = async () => {
      const response = await fetch(`${SUPABASE_URL}/rest/v1/rpc/sleep`, {
        method: "POST",
        headers: { apikey: SUPABASE_SECRET_KEY },
      });
      const { code }: { code: string } = await response.json();
      return [response.status, code];
    };

    const sleeping = [sleep(), sleep(), sleep()];
    await untilSleeping(server.url, sleeping.length);
    await server.crash();

    const lost = [503, "PGRST001"];
    deepStrictEqual(await Promise.all(sleeping), [lost, lost, lost]);
    deepStrictEqual(await project.bodies(), ["seeded"]);
    equal(await project.write("after the crash"), 201);
    start.signal("SIGTERM");
    equal(await start.exitCode(), 0);
  },
});

Deno.test({
  name: "start says what to set where pg_cron is installed and not loaded",
  ignore,
  fn: async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = await startPostgres({ cron: false });
    cleanup.defer(() => server.stop());
    const project = cleanup.use(await Project.create());
    const start = cleanup.use(project.start([], { DATABASE_URL: server.url }));
    equal(await start.exitCode(), 1);
    match(
      start.onlyError(),
      /^start: 127\.0\.0\.1:\d+\/living_lytics has pg_cron installed but not loaded: set shared_preload_libraries = 'pg_cron' and cron\.database_name = 'living_lytics' in postgresql\.conf and restart the server$/,
    );
  },
});

const SLOW = `
create function public.sleep() returns void language sql set search_path = '' as $$
  select pg_catalog.pg_sleep(600)
$$;
revoke execute on function public.sleep() from public;
grant execute on function public.sleep() to service_role;
`;

/** Waits until so many sessions of a server sleep. */
async function untilSleeping(url: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1 });
  const find = () => sql`select from pg_stat_activity where wait_event = 'PgSleep'`;
  try {
    while ((await find()).length < count) await new Promise((resolve) => setTimeout(resolve, 25));
  } finally {
    await sql.end();
  }
}
