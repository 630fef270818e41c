import type { App } from "@supabase/lite";
import type { Database, Session } from "./database.ts";

/**
 * Brings a plain database to what hosted Supabase offers before the first migration: the roles with their settings, the
 * schemas for extensions, the schema `auth` with its tables and helper functions. Harmless when repeated.
 */
export async function bootstrap(database: Database, app: App): Promise<void> {
  await database.exec(ROLES);
  await app.ensureSystemSchema();
  await database.exec(AUTH_HELPERS);
  if (await ownerRole(database) !== undefined) await database.exec(OWNER);
}

/**
 * The role that migrations and seeds run as, which owns what they make: `postgres`, which is no superuser on hosted Supabase.
 * Undefined where it is one all the same, as in PGlite and on servers that were made with that name.
 */
async function ownerRole(database: Session): Promise<"postgres" | undefined> {
  const [row] = await database.query<{ is_superuser: boolean }>(
    "select rolsuper as is_superuser from pg_roles where rolname = 'postgres'",
  );
  return row?.is_superuser === false ? "postgres" : undefined;
}

/** Makes the rest of a transaction run as that role. */
export async function becomeOwner(session: Session): Promise<void> {
  const owner = await ownerRole(session);
  if (owner !== undefined) await session.exec(`set local role ${owner}`);
}

/** Names, attributes and settings are those of https://github.com/supabase/postgres (migrations/db). */
const ROLES = `
do $$
begin
  if to_regrole('anon') is null then create role anon nologin; end if;
  if to_regrole('authenticated') is null then create role authenticated nologin; end if;
  if to_regrole('service_role') is null then create role service_role nologin bypassrls; end if;
  if to_regrole('authenticator') is null then create role authenticator login noinherit; end if;
  if to_regrole('supabase_admin') is null then create role supabase_admin nologin superuser; end if;
  if to_regrole('postgres') is null then create role postgres login createdb createrole replication bypassrls; end if;
  grant anon, authenticated, service_role to authenticator;
  execute format(
    'alter database %I set search_path = "$user", public, extensions', current_database()
  );
end;
$$;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
create schema if not exists extensions authorization supabase_admin;
create schema if not exists vault authorization supabase_admin;
-- config.toml says auto_expose_new_tables = false: schema usage, and no privilege on any object by itself.
grant usage on schema public, extensions to anon, authenticated, service_role;
`;

/** As on hosted Supabase. Those of @supabase/lite read settings that only its own requests make. */
const AUTH_HELPERS = `
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
alter schema auth owner to supabase_admin;
grant usage on schema auth to anon, authenticated, service_role;
-- Not left to the defaults: a migration revokes them, and the defaults of a database outlive its reset.
grant execute on function auth.uid(), auth.role(), auth.email(), auth.jwt() to anon, authenticated, service_role;
`;

/**
 * What postgres may do without being a superuser. Hosted Supabase lets it create these extensions, which a plain server lets
 * superusers only, so they are here before its migrations ask for them; what it may do with them is as on hosted.
 */
const OWNER = `
do $$
begin
  execute format('alter database %I owner to postgres', current_database());
  -- What hosted projects grant by themselves, until a migration takes it back: only before the first one.
  if to_regclass('supabase_migrations.schema_migrations') is null then
    alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
  end if;
end;
$$;
grant anon, authenticated, service_role, authenticator, pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
grant all on schema extensions, auth to postgres;
grant all on all tables in schema auth to postgres;
grant all on all sequences in schema auth to postgres;
grant all on all routines in schema auth to postgres;
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;
grant usage on schema cron, net, vault to postgres;
grant execute on all functions in schema cron, net, vault to postgres;
grant select on cron.job, cron.job_run_details, net._http_response to postgres;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres;
`;
