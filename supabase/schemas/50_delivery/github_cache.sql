-- GitHub counts no request that it answers with 304, so what it answered is kept with its ETag, per token and path.

create table public.github_cache (
  cache_key text primary key check (char_length(cache_key) = 64),
  etag text not null check (char_length(etag) <= 300),
  body jsonb not null,
  stored_at timestamptz not null default now()
);
comment on table public.github_cache is
  'Answers of GitHub by SHA-256 of token and path, with the ETag to ask again with.';
create index github_cache_stored_at_idx on public.github_cache (stored_at);

alter table public.github_cache enable row level security;
create policy "only the service sees cached answers" on public.github_cache
for all
to service_role
using (true)
with check (true);
revoke all on public.github_cache from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.github_cache to service_role;
