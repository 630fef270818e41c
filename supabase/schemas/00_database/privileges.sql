-- Nothing is granted by default: hosted projects grant everything on new objects to the API roles; here every grant
-- is written down.

create schema if not exists private;
comment on schema private is 'Internals. The data API does not expose this schema.';
revoke all on schema private from public, anon, authenticated;
grant usage on schema private to authenticated, service_role;

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;
