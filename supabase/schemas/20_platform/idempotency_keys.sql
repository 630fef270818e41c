-- A client may retry a write with the same Idempotency-Key and gets the first answer again, whether or not that
-- answer ever arrived. The key is claimed before the work and the answer kept with it for a day.

create table public.idempotency_keys (
  scope text not null check (char_length(scope) between 1 and 200),
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text not null check (char_length(fingerprint) = 64),
  response_status smallint,
  response_body jsonb,
  claimed_at timestamptz not null default now(),
  primary key (scope, key)
);
comment on table public.idempotency_keys is
  'Retried writes: which key was used for which body, and the answer it got.';
comment on column public.idempotency_keys.scope is 'Route and caller, so that callers never meet in one key.';
comment on column public.idempotency_keys.fingerprint is 'SHA-256 of the request body, hexadecimal.';
create index idempotency_keys_claimed_at_idx on public.idempotency_keys (claimed_at);

alter table public.idempotency_keys enable row level security;
create policy "only the service sees idempotency keys" on public.idempotency_keys
for all
to service_role
using (true)
with check (true);
revoke all on public.idempotency_keys from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.idempotency_keys to service_role;

create function public.claim_idempotency_key(p_scope text, p_key text, p_fingerprint text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_kept public.idempotency_keys;
begin
  -- A claim that was never answered belongs to a request that died; after two minutes another may take it over.
  insert into public.idempotency_keys as kept (scope, key, fingerprint) values (p_scope, p_key, p_fingerprint)
  on conflict (scope, key) do update set claimed_at = now(), fingerprint = excluded.fingerprint, response_status = null,
    response_body = null
    where kept.claimed_at < now() - interval '24 hours'
      or (kept.response_status is null and kept.fingerprint = excluded.fingerprint
        and kept.claimed_at < now() - interval '2 minutes');
  if found then
    return jsonb_build_object('state', 'claimed');
  end if;
  select * into strict v_kept from public.idempotency_keys where scope = p_scope and key = p_key;
  return case
    when v_kept.fingerprint <> p_fingerprint then jsonb_build_object('state', 'conflict')
    when v_kept.response_status is null then jsonb_build_object('state', 'in_progress')
    else jsonb_build_object('state', 'answered', 'status', v_kept.response_status, 'body', v_kept.response_body)
  end;
end $$;
comment on function public.claim_idempotency_key(text, text, text) is
  'Claims a key for a body: {state: claimed | conflict | in_progress | answered, status?, body?}.';

revoke execute on function public.claim_idempotency_key(text, text, text) from public, anon, authenticated;
grant execute on function public.claim_idempotency_key(text, text, text) to service_role;
