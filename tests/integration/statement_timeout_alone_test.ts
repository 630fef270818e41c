import assert from "node:assert/strict";
import postgres from "postgres";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

// Alone, because the table it locks is everybody's.
Deno.test({
  name: "a statement that runs past the limit of its role is cut, and told as 503",
  // PGlite has one session, which nothing can hold up.
  ignore: testEnv("TEST_DATABASE") !== "postgres",
  fn: async () => {
    const person = await newPerson();
    const { locked, dataApi, functions, stillWaiting } = await whileLocked(
      "public.metrics",
      async (sql) => {
        const [dataApi, ...functions] = await Promise.all([
          readMetrics(person.token),
          api("/metrics/catalog", { as: person }),
          api("/metrics/catalog", { as: "service", query: { email: person.email } }),
        ]);
        const [waiting] = await sql<{ n: number }[]>`
          select count(*)::int as n from pg_locks where relation = 'public.metrics'::regclass and not granted`;
        const [held] = await sql<{ n: number }[]>`
          select count(*)::int as n from pg_locks
          where relation = 'public.metrics'::regclass and granted and mode = 'AccessExclusiveLock'`;
        return { dataApi, functions, stillWaiting: waiting?.n, locked: held?.n };
      },
    );
    assert.strictEqual(locked, 1);
    assert.deepStrictEqual(dataApi, { status: 500, code: "57014" });
    for (const answer of functions) assertProblem(answer, 503, "not_ready");
    assert.strictEqual(stillWaiting, 0);
    assert.deepStrictEqual(await readMetrics(person.token), { status: 200, code: undefined });
    assert.strictEqual((await api("/metrics/catalog", { as: person })).status, 200);
  },
});

/** Reads a table with somebody's own token, as PostgREST answers it. */
async function readMetrics(token: string): Promise<{ status: number; code: unknown }> {
  const response = await fetch(
    `${testEnv("TEST_URL")}/rest/v1/metrics?select=metric_date&limit=1`,
    {
      headers: { apikey: testEnv("TEST_PUBLISHABLE_KEY"), authorization: `Bearer ${token}` },
    },
  );
  const body: unknown = await response.json();
  return { status: response.status, code: Reflect.get(Object(body), "code") };
}

/** Lets `work` go on while nobody else gets at a table; `work` has the session that holds it. */
async function whileLocked<Result>(
  table: string,
  work: (sql: postgres.ReservedSql) => Promise<Result>,
): Promise<Result> {
  const pool = postgres(testEnv("TEST_DATABASE_URL"), { max: 1, onnotice: () => {} });
  try {
    const sql = await pool.reserve();
    await sql.unsafe(`begin; lock table ${table} in access exclusive mode`);
    try {
      return await work(sql);
    } finally {
      await sql.unsafe("rollback");
      sql.release();
    }
  } finally {
    await pool.end();
  }
}
