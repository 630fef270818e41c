import type { Database } from "../../local/database.ts";

/** The schemas that are ours; `pg_dump --schema-only` tells what is in them. */
export const dumpArguments = ["--schema-only", "--schema=public", "--schema=private"];

/**
 * What belongs to the schema of a database and is not in the dump of `public` and `private`, one line each: extensions, privileges by default,
 * cron jobs, triggers on the tables of others, and the rows of the tables that have any, which in a new database are those
 * of catalogues. Numbers that PostgreSQL gives, and times of creation, are left out.
 */
export async function describeRest(database: Database): Promise<string[]> {
  const lines = await database.query<{ line: string }>(REST);
  const tables = await database.query<{ name: string; columns: string }>(TABLES);
  const described = lines.map(({ line }) => line);
  for (const { name, columns } of tables) {
    const rows = await database.query<{ line: string }>(
      `select ${
        literal(`row of ${name} `)
      } || to_jsonb(t)::text as line from (select ${columns} from ${name}) t order by 1`,
    );
    described.push(...rows.map(({ line }) => line));
  }
  return described;
}

/** The lines of a dump that say something about the schema. */
export function dumpLines(dump: string): string[] {
  // The dumper's version, and a word that is new in every dump.
  return dump.split("\n").filter((line) => !/^(-- Dumped |\\(un)?restrict )/.test(line));
}

const REST = `
  select 'extension ' || extname || ' in ' || extnamespace::regnamespace as line from pg_catalog.pg_extension
  union all
  select format('by default %s of %s in schema %s: %s', defaclobjtype, defaclrole::regrole,
    coalesce(nullif(defaclnamespace, 0)::regnamespace::text, 'any'), defaclacl)
  from pg_catalog.pg_default_acl
  union all
  select format('job %s: %s: %s%s', jobname, schedule, command, case when not active then ' (rests)' end) from cron.job
  union all
  select pg_catalog.pg_get_triggerdef(t.oid)
  from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  where not t.tgisinternal and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    and c.relnamespace not in ('public'::regnamespace, 'private'::regnamespace)
  order by 1`;

const TABLES = `
  select c.oid::regclass::text as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
  from pg_catalog.pg_class c
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and a.attidentity = '' and coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') <> 'now()'
  group by c.oid
  order by 1`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
