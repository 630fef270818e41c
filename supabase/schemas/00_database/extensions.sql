-- What hosted Supabase has: pg_cron runs jobs, pg_net calls functions of this project, Vault holds the URL and the
-- key of these calls.

create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;
