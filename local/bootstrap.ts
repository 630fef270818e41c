import type { App } from "@supabase/lite";
import type { Database } from "./database.ts";

/**
 * Brings a plain database to what hosted Supabase offers before the first migration: the API roles, the
 * schemas for extensions, the schema `auth` with its tables and helper functions. Harmless when repeated.
 */
export async function bootstrap(database: Database, app: App): Promise<void> {
  await database.exec(ROLES);
  await app.ensureSystemSchema();
  await database.exec(AUTH_HELPERS);
}

const ROLES = `
do $$
begin
  if to_regrole('anon') is null then create role anon nologin noinherit; end if;
  if to_regrole('authenticated') is null then create role authenticated nologin noinherit; end if;
  if to_regrole('service_role') is null then create role service_role nologin noinherit bypassrls; end if;
  if to_regrole('authenticator') is null then create role authenticator nologin noinherit; end if;
  if to_regrole('supabase_admin') is null then create role supabase_admin nologin superuser; end if;
  grant anon, authenticated, service_role to authenticator;
  execute format(
    'alter database %I set search_path = "$user", public, extensions', current_database()
  );
end;
$$;
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
