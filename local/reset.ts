import { type Database, describeUrl, isThisMachine } from "./database.ts";
import { StartError } from "./start_error.ts";

/** Removes the PGlite folder. */
export async function resetPglite(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Drops every extension and schema of a database on this machine, and refuses to do so on another one. */
export async function resetPostgres(database: Database, url: string): Promise<void> {
  if (!isThisMachine(url)) {
    throw new StartError(`--reset empties databases on this machine only, not ${describeUrl(url)}`);
  }
  await database.exec(`
    do $$
    declare
      v_name text;
    begin
      -- The launcher of the real pg_cron does not find its tables again once they were dropped, and runs no
      -- job until the server restarts: it keeps its extension and loses its jobs.
      if exists (select from pg_extension where extname = 'pg_cron' and extversion not like '%-local') then
        delete from cron.job;
        delete from cron.job_run_details;
      end if;
      for v_name in
        select extname from pg_extension
        where extname <> 'plpgsql' and (extname <> 'pg_cron' or extversion like '%-local')
      loop
        execute format('drop extension if exists %I cascade', v_name);
      end loop;
      for v_name in
        select nspname from pg_namespace n
        where nspname !~ '^pg_' and nspname <> 'information_schema'
          and not exists (
            select from pg_depend
            where classid = 'pg_namespace'::regclass and objid = n.oid and deptype = 'e'
          )
      loop
        execute format('drop schema %I cascade', v_name);
      end loop;
    end;
    $$;
    create schema public authorization pg_database_owner;
    grant usage on schema public to public;
  `);
}
