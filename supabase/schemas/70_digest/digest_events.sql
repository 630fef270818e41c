-- What the mail provider reported afterwards.

create table public.digest_events (
  id text primary key check (char_length(id) between 1 and 200),
  digest_id uuid references public.digests (id)
    on delete cascade,
  type text not null check (char_length(type) between 1 and 100),
  occurred_at timestamptz,
  received_at timestamptz not null default now()
);
comment on table public.digest_events is
  'What the mail provider reported about a digest; the id is that of its message, so it counts once.';
create index digest_events_digest_id_idx on public.digest_events (digest_id);
create index digest_events_received_at_idx on public.digest_events (received_at);

alter table public.digest_events enable row level security;
create policy "only the service sees delivery events" on public.digest_events
for all
to service_role
using (true)
with check (true);
revoke all on public.digest_events from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.digest_events to service_role;

create function public.digest_event(
  p_id text,
  p_type text,
  p_occurred_at timestamptz default null,
  p_digest_id uuid default null,
  p_message_id text default null,
  p_suppress text default null
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_digest public.digests;
begin
  select * into v_digest from public.digests d where d.id = p_digest_id or d.provider_message_id = p_message_id
  order by (d.id = p_digest_id) desc nulls last limit 1;
  insert into public.digest_events (id, digest_id, type, occurred_at)
  values (p_id, v_digest.id, p_type, p_occurred_at)
  on conflict (id) do nothing;
  if not found then
    return jsonb_build_object('duplicate', true);
  end if;
  -- Then it did go out, whatever came of the answer.
  if p_type in ('email.sent', 'email.delivered') then
    update public.digests d
    set state = 'sent', sent_at = coalesce(p_occurred_at, now()), unsure_since = null,
      provider_message_id = coalesce(d.provider_message_id, p_message_id)
    where d.id = v_digest.id and d.state in ('pending', 'failed', 'expired') and d.unsure_since is not null;
  end if;
  if p_suppress is not null and v_digest.id is not null then
    perform private.suppress_digest(v_digest.user_id, p_suppress);
  end if;
  return jsonb_build_object('duplicate', false);
end $$;
comment on function public.digest_event(text, text, timestamptz, uuid, text, text) is
  'Keeps a delivery event once, learns from it that a digest went out whose answer got lost and, if it says so, '
  'turns the digest off for its recipient: {duplicate}.';

revoke execute
on function public.digest_event(text, text, timestamptz, uuid, text, text)
from public, anon, authenticated;
grant execute on function public.digest_event(text, text, timestamptz, uuid, text, text) to service_role;
