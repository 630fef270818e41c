import assert from "node:assert/strict";
import postgres from "postgres";
import { startStack } from "../../local/stack.ts";
import { codeBlocks } from "../../tools/lib/markdown.ts";
import { startPostgres } from "../../tools/postgres_server.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { run } from "../helpers/stack/shell.ts";

Deno.test({
  name: "what operations.md says backs a database up and restores it into another, row by row",
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    const page = await Deno.readTextFile(new URL("../../docs/operations.md", import.meta.url));
    const script = codeBlocks(page).filter(({ text }) => /^(?:pg_dump|psql) /.test(text))
      .map(({ text }) => text).join("\n");
    const [from, to] = await Promise.all([startPostgres(), startPostgres()]);
    const folder = await Deno.makeTempDir();
    try {
      await migrate(from.url, { seed: true });
      await migrate(to.url, { seed: false });
      const before = await contents(from.url);
      assert.ok(Object.keys(before).length > 50, "the tables were not found");
      assert.notDeepStrictEqual(await contents(to.url), before);
      await run("bash", ["-euo", "pipefail", "-s"], {
        input: script,
        cwd: folder,
        env: { DATABASE_URL: from.url, NEW_DATABASE_URL: to.url },
      });
      assert.deepStrictEqual(await contents(to.url), before);
    } finally {
      await Promise.all([from.stop(), to.stop(), Deno.remove(folder, { recursive: true })]);
    }
  },
});

async function migrate(databaseUrl: string, { seed }: { seed: boolean }): Promise<void> {
  const stack = await startStack({ port: 0, memory: true, seed, scheduler: false, databaseUrl });
  await stack.stop();
}

/** How many rows each table has, and a sum over what is in them. */
async function contents(url: string): Promise<Record<string, string>> {
  const sql = postgres(url, { max: 1 });
  try {
    const tables = await sql<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname not in ('schema_migrations', 'cron_heartbeat', 'scheduled_calls')
      order by 1`;
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await sql.unsafe<{ digest: string }[]>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from ${name} t`,
      );
      found[name] = row?.digest ?? "";
    }
    return found;
  } finally {
    await sql.end();
  }
}
