-- What could not be stored: kept with the reason, to be played again.

create table private.etl_dead_letters (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  key text not null,
  job_id uuid references private.etl_jobs (id)
    on delete cascade,
  delivery_id text,
  kind text,
  item jsonb,
  code text not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'resolved')),
  attempts int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, key),
  check ((kind is null) = (item is null)),
  check (item is not null or delivery_id is not null)
);
comment on table private.etl_dead_letters is
  'What could not be stored, an item or a whole webhook delivery, and why. It can be played again.';
comment on column private.etl_dead_letters.key is
  'What it is about: failing again counts on the letter there is, being stored closes it.';
create index etl_dead_letters_open_idx on private.etl_dead_letters (org_id, updated_at desc) where state = 'open';
create index etl_dead_letters_job_idx on private.etl_dead_letters (job_id);

alter table private.etl_dead_letters enable row level security;
revoke all on private.etl_dead_letters from public, anon, authenticated, service_role;

create function private.dead_letter_key(p_kind text, p_item jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select concat_ws('/', p_kind, coalesce(p_item ->> 'repository_github_id', lower(p_item ->> 'repository')),
    p_item ->> 'pull_request', coalesce(p_item ->> 'external_id', p_item ->> 'sha', md5(p_item::text)))
$$;
comment on function private.dead_letter_key(text, jsonb) is 'What an item is about.';

create function private.keep_dead_letter(p_letter private.etl_dead_letters)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.etl_dead_letters as kept (org_id, key, job_id, delivery_id, kind, item, code, reason)
  values (p_letter.org_id, p_letter.key, p_letter.job_id, p_letter.delivery_id, p_letter.kind, p_letter.item,
    p_letter.code, p_letter.reason)
  on conflict (org_id, key) do update set
    job_id = excluded.job_id, delivery_id = excluded.delivery_id, kind = excluded.kind, item = excluded.item,
    code = excluded.code, reason = excluded.reason, state = 'open', attempts = kept.attempts + 1, updated_at = now()
$$;
comment on function private.keep_dead_letter(private.etl_dead_letters) is
  'Keeps what could not be stored, or counts that it failed again.';

create function private.store_or_keep(p_org_id uuid, p_job_id uuid, p_delivery_id text, p_groups jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_group jsonb;
  v_answer jsonb;
  v_rejected jsonb;
  v_stored int := 0;
  v_refused int := 0;
  v_letter private.etl_dead_letters;
  v_has_letters boolean := exists (select from private.etl_dead_letters d
    where d.org_id = p_org_id and d.state = 'open');
begin
  for v_group in select * from jsonb_array_elements(p_groups) loop
    continue when jsonb_array_length(v_group -> 'items') = 0;
    v_answer := public.store_delivery(p_org_id, v_group ->> 'kind', v_group -> 'items');
    v_stored := v_stored + (v_answer ->> 'stored')::int;
    if v_has_letters then
      update private.etl_dead_letters d set state = 'resolved', updated_at = now()
      where d.org_id = p_org_id and d.state = 'open' and d.key in (
        select private.dead_letter_key(v_group ->> 'kind', item) from jsonb_array_elements(v_group -> 'items') as item);
    end if;
    for v_rejected in select * from jsonb_array_elements(v_answer -> 'rejected') loop
      v_refused := v_refused + 1;
      v_letter := null;
      v_letter.org_id := p_org_id;
      v_letter.job_id := p_job_id;
      v_letter.delivery_id := p_delivery_id;
      v_letter.kind := v_group ->> 'kind';
      v_letter.item := v_group -> 'items' -> (v_rejected ->> 'index')::int;
      v_letter.key := private.dead_letter_key(v_letter.kind, v_letter.item);
      v_letter.code := v_rejected ->> 'code';
      v_letter.reason := v_rejected ->> 'message';
      perform private.keep_dead_letter(v_letter);
    end loop;
  end loop;
  return jsonb_build_object('stored', v_stored, 'rejected', v_refused);
end $$;
comment on function private.store_or_keep(uuid, uuid, text, jsonb) is
  'Stores [{kind, items}]; what is refused becomes a dead letter, what was one and is stored now closes it.';

create function public.etl_dead_letters(p_state text, p_page int, p_page_size int, p_org_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state),
    'dead_letters', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.updated_at desc, d.id), '[]')
      from (
        select d.* from private.etl_dead_letters d where d.org_id = v_org_id and d.state = p_state
        order by d.updated_at desc, d.id limit least(p_page_size, 1000) offset (p_page - 1) * p_page_size
      ) d));
end $$;
comment on function public.etl_dead_letters(text, int, int, uuid) is
  'A page of what could not be stored, or could in the end, the newest first.';

create function public.dead_letter(p_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$ select to_jsonb(d) from private.etl_dead_letters d where d.id = p_id $$;
comment on function public.dead_letter(uuid) is 'One dead letter, for the service, after it was played again.';

create function public.replay_dead_letter(p_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_letter private.etl_dead_letters;
begin
  select d.* into v_letter from private.etl_dead_letters d where d.id = p_id for update;
  if v_letter.id is null or v_letter.org_id <> private.confined_to()
    or not (private.caller_is_service() or v_letter.org_id in (select private.my_organization_ids())) then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Dead letter not found';
  end if;
  perform private.event_organization(v_letter.org_id, true);
  if v_letter.state = 'open' and v_letter.item is not null then
    perform private.store_or_keep(v_letter.org_id, v_letter.job_id, v_letter.delivery_id, jsonb_build_array(
      jsonb_build_object('kind', v_letter.kind, 'items', jsonb_build_array(v_letter.item))));
  elsif v_letter.state = 'open' then
    update private.webhook_deliveries set state = 'received', attempts = 0, lease_token = null, lease_until = null
    where delivery_id = v_letter.delivery_id;
    if not found then
      raise exception using errcode = 'LL410', message = 'gone',
        detail = 'The delivery was kept for thirty days, which are over';
    end if;
  end if;
  return (select to_jsonb(d) from private.etl_dead_letters d where d.id = p_id);
end $$;
comment on function public.replay_dead_letter(uuid) is
  'Stores a dead letter''s item again, or has its delivery processed again; answers the letter as it is then.';

revoke execute
on function private.dead_letter_key(text, jsonb),
private.keep_dead_letter(private.etl_dead_letters),
private.store_or_keep(uuid, uuid, text, jsonb),
public.etl_dead_letters(text, int, int, uuid),
public.dead_letter(uuid),
public.replay_dead_letter(uuid)
from public, anon, authenticated;
grant execute
on function public.etl_dead_letters(text, int, int, uuid), public.replay_dead_letter(uuid)
to authenticated, service_role;
grant execute on function public.dead_letter(uuid) to service_role;
