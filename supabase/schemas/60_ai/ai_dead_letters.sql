-- Records that could not be used are kept as they came, so that nothing is lost that a source cannot send again, and
-- are forgotten after 90 days, because they may hold anything.

create table private.ai_dead_letters (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  fingerprint text not null check (char_length(fingerprint) = 64),
  received_at timestamptz not null default now(),
  source text not null check (char_length(source) between 1 and 50),
  reason text not null check (char_length(reason) <= 1000),
  record text not null check (char_length(record) <= 65536),
  unique (org_id, fingerprint)
);
comment on table private.ai_dead_letters is
  'Records that could not be used, as they came, with the reason. The same one again is the same row.';
create index ai_dead_letters_page_idx on private.ai_dead_letters (org_id, id desc);

alter table private.ai_dead_letters enable row level security;
create policy "owners and admins read their organization's dead letters" on private.ai_dead_letters
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids(array['owner', 'admin']::public.member_role[]))));
revoke all on private.ai_dead_letters from public, anon, authenticated, service_role;
grant select on private.ai_dead_letters to authenticated, service_role;

-- Security definer: nobody may write dead letters but through here.
create function public.keep_ai_dead_letters(p_org_id uuid, p_letters jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
begin
  insert into private.ai_dead_letters (org_id, fingerprint, source, reason, record)
  select distinct on (l.fingerprint) v_org_id, l.fingerprint, l.source, l.reason, l.record
  from jsonb_to_recordset(private.given_items('letters', p_letters, 5000)) as l (fingerprint text, source text,
    reason text, record text)
  order by l.fingerprint
  on conflict (org_id, fingerprint) do nothing;
end $$;
comment on function public.keep_ai_dead_letters(uuid, jsonb) is
  'Keeps [{fingerprint, source, reason, record}]; one that is kept already stays as it is.';

create function private.ai_manager_organization(p_org_id uuid)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  perform private.require_role(v_org_id, '{owner,admin}');
  return v_org_id;
end $$;
comment on function private.ai_manager_organization(uuid) is
  'The organization a call about settings is for: the one named, the one it is confined to, or the person''s own; '
  'refused unless they manage it.';

create function public.ai_dead_letters(p_org_id uuid, p_page int, p_page_size int)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_dead_letters l where l.org_id = v_org_id),
    'dead_letters', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'received_at', page.received_at, 'source', page.source, 'reason', page.reason,
        'record', page.record)
        order by page.id desc), '[]')
      from (
        select * from private.ai_dead_letters l where l.org_id = v_org_id
        order by l.id desc limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
      ) page));
end $$;
comment on function public.ai_dead_letters(uuid, int, int) is
  'A page of the records that could not be used, the newest first.';

revoke execute
on function public.keep_ai_dead_letters(uuid, jsonb),
private.ai_manager_organization(uuid),
public.ai_dead_letters(uuid, int, int)
from public, anon, authenticated;
grant execute
on function public.keep_ai_dead_letters(uuid, jsonb),
private.ai_manager_organization(uuid),
public.ai_dead_letters(uuid, int, int)
to authenticated, service_role;

select
  cron.schedule(
    'forget-ai-dead-letters',
    '41 3 * * *',
    $$delete from private.ai_dead_letters where received_at < now() - interval '90 days'$$
  );
