import postgres from "postgres";

/** Something that keeps a database from taking what it is given; answers how to end it. */
export type Fault = (url: string) => Promise<() => Promise<void>>;

/** A database that takes no writes, as hosted Supabase makes it when the disk is nearly full. */
export const readOnly: Fault = async (url) => {
  await setReadOnly(url, "on");
  return () => setReadOnly(url, "off");
};

async function setReadOnly(url: string, value: "on" | "off"): Promise<void> {
  await once(url, async (sql) => {
    await sql.unsafe(`alter system set default_transaction_read_only = ${value}`);
    await sql`select pg_reload_conf()`;
  });
  // Whoever is connected hears of it before anybody new is let in.
  const now = () => once(url, (sql) => sql`show default_transaction_read_only`);
  while ((await now())[0]?.["default_transaction_read_only"] !== value);
}

/** Says what PostgreSQL says when it cannot make a file longer. */
export const diskFull: Fault = async (url) => {
  const triggers = intakeTables.map((table) =>
    `create trigger disk_is_full before insert on ${table} execute function private.disk_is_full();`
  );
  await once(url, (sql) =>
    sql.unsafe(`
      create function private.disk_is_full() returns trigger language plpgsql as $$
      begin
        raise exception using errcode = 'disk_full', message = 'could not extend file: No space left on device';
      end $$;
      ${triggers.join("\n")}`));
  return async () => {
    await once(url, (sql) => sql.unsafe("drop function private.disk_is_full() cascade"));
  };
};

const intakeTables = [
  "public.events",
  "public.metrics",
  "private.ai_sessions",
  "private.ai_dead_letters",
];

/** Takes every connection there is, and those that others have. */
export const withoutConnections: Fault = async (url) => {
  const pool = postgres(url, { max: 100, onnotice: () => {} });
  const first = await pool.reserve();
  await first`set application_name = 'filler'`;
  do {
    await first.unsafe(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where backend_type = 'client backend' and application_name <> 'filler'`,
    );
    // The last one may have gone to somebody who came back, and would go on being served.
  } while (await isOneLeft(pool) || await hasOthers(first));
  return () => pool.end({ timeout: 5 });
};

async function hasOthers(sql: postgres.ReservedSql): Promise<boolean> {
  const others = await sql`
    select from pg_stat_activity where backend_type = 'client backend' and application_name <> 'filler'`;
  return others.length > 0;
}

async function isOneLeft(pool: postgres.Sql): Promise<boolean> {
  try {
    const held = await pool.reserve();
    await held`set application_name = 'filler'`;
    return true;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === "53300") return false;
    throw error;
  }
}

async function once<Result>(
  url: string,
  work: (sql: postgres.Sql) => PromiseLike<Result>,
): Promise<Result> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
