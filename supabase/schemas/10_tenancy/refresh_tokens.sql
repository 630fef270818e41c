-- A refresh token is good for one use. Supabase Auth rotates it, but takes the one before the newest again and
-- answers the newest, so that a client may retry; whoever stole that one would go along with the session unnoticed.
-- So POST /auth/refresh notes each token that it exchanged, and a second use of it ends the session.

create table private.used_refresh_tokens (
  token_hash text primary key check (char_length(token_hash) = 64),
  used_at timestamptz not null default now()
);
comment on table private.used_refresh_tokens is 'SHA-256 of the refresh tokens that were exchanged.';
create index used_refresh_tokens_used_at_idx on private.used_refresh_tokens (used_at);

alter table private.used_refresh_tokens enable row level security;
revoke all on private.used_refresh_tokens from public, anon, authenticated, service_role;

-- Security definer: the table is nobody's to touch but through here.
create function public.use_refresh_token(p_token_hash text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.used_refresh_tokens (token_hash) values (p_token_hash) on conflict do nothing;
  return found;
end $$;
comment on function public.use_refresh_token(text) is
  'Notes that a refresh token was exchanged; false when it had been before.';

revoke execute on function public.use_refresh_token(text) from public, anon, authenticated;
grant execute on function public.use_refresh_token(text) to service_role;

-- After ninety days of silence only the newest token matters: when its successor was used too, Supabase Auth refuses
-- by itself.
select
  cron.schedule(
    'trim-used-refresh-tokens',
    '23 3 * * *',
    'delete from private.used_refresh_tokens where used_at < now() - interval ''90 days'''
  );
