-- Logins whose passwords stand in the README must not exist in production: /health/readiness asks and fails there.

-- Security definer: auth.users is nobody's to read but the auth server's. One yes or no, and only to the service.
create function public.demo_logins_exist()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from auth.users u
    where u.email like '%@livinglytics.test' or u.id::text like '00000000-0000-4000-9000-0000000000%')
$$;
comment on function public.demo_logins_exist() is
  'Whether seed.sql''s demo logins are among the people who can sign in.';

revoke execute on function public.demo_logins_exist() from public, anon, authenticated;
grant execute on function public.demo_logins_exist() to service_role;
