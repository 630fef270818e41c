-- Who is who: names that mean the same person, so that two machines, or an account and an address, are one developer.

create table private.ai_developer_aliases (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  alias text not null check (char_length(alias) between 1 and 200 and alias = lower(alias)),
  developer_id text not null check (
    char_length(developer_id) between 1 and 200
    and developer_id = lower(developer_id)
  ),
  created_at timestamptz not null default now(),
  primary key (org_id, alias),
  check (alias <> developer_id)
);
comment on table private.ai_developer_aliases is
  'Names under which sources tell of a developer, and who that is. An alias stands for a person, never for another '
  'alias.';
create index ai_developer_aliases_developer_idx on private.ai_developer_aliases (org_id, developer_id);

alter table private.ai_developer_aliases enable row level security;
create policy "members read what belongs to their organization" on private.ai_developer_aliases
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_developer_aliases from public, anon, authenticated, service_role;
grant select on private.ai_developer_aliases to authenticated, service_role;

create function private.rename_ai_developer(p_org_id uuid, p_alias text, p_developer_id text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_before private.ai_sessions[];
  v_after private.ai_sessions[];
begin
  select array_agg(kept.s) into v_before
  from (
    select s from private.ai_sessions s
    where s.org_id = p_org_id and s.developer_id <> p_developer_id
      and (s.said_developer_id = p_alias or s.developer_id = p_alias and s.said_developer_id is null)
    order by s.id for no key update
  ) kept;
  if v_before is null then
    return;
  end if;
  with changed as (
    update private.ai_sessions s
    set developer_id = p_developer_id, said_developer_id
      = nullif(coalesce(s.said_developer_id, s.developer_id), p_developer_id)
    where s.id in (select b.id from unnest(v_before) b)
    returning s
  )
  select array_agg(s) into v_after from changed;
  perform private.ai_totals_change(v_before, v_after);
  -- Links are scored by person too.
  perform private.link_sessions(p_org_id, array(select b.id from unnest(v_before) b));
end $$;
comment on function private.rename_ai_developer(uuid, text, text) is
  'Puts down to somebody the sessions that their sources tell of an alias, with their totals.';

create function private.ai_developer(p_org_id uuid, p_name text)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select a.developer_id from private.ai_developer_aliases a where a.org_id = p_org_id and a.alias = lower(p_name)),
      lower(p_name))
$$;
comment on function private.ai_developer(uuid, text) is 'Whom a name means.';

create function private.ai_developer_json(p_org_id uuid, p_developer_id text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('developer_id', p_developer_id, 'aliases',
    coalesce(jsonb_agg(a.alias order by a.alias), '[]'))
  from private.ai_developer_aliases a where a.org_id = p_org_id and a.developer_id = p_developer_id
$$;
comment on function private.ai_developer_json(uuid, text) is 'A developer and the names that mean them.';

create function public.ai_developers(p_org_id uuid, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with merged as materialized (
      select a.developer_id, row_number() over (order by a.developer_id) as place
      from (select distinct d.developer_id from private.ai_developer_aliases d where d.org_id = v_org_id) a
    )
    select jsonb_build_object(
      'total_count', (select count(*) from merged),
      'items', (
        select coalesce(jsonb_agg(private.ai_developer_json(v_org_id, page.developer_id) order by page.place), '[]')
        from (select * from merged order by place limit least(p_page_size,
          1000) offset (p_page - 1)::bigint * p_page_size) page)));
end $$;
comment on function public.ai_developers(uuid, int, int) is 'A page of the developers who have aliases, with them.';

-- Security definer: nobody may write sessions and totals but through here.
create function public.set_ai_developer(p_org_id uuid, p_developer_id text, p_aliases text[])
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_developer_id text := lower(trim(p_developer_id));
  v_aliases text[] := array(
    select distinct lower(trim(one)) from unnest(p_aliases) one where lower(trim(one)) <> lower(trim(p_developer_id))
      order by 1);
  v_alias text;
begin
  if v_developer_id is null or char_length(v_developer_id) not between 1 and 200 or v_developer_id = 'unknown' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'developer_id: is nobody';
  end if;
  if cardinality(v_aliases) > 50 or exists (
    select from unnest(v_aliases) one where one is null or char_length(one) not between 1 and 200 or one = 'unknown')
      then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'aliases: are up to 50 names';
  end if;
  -- One after the other: of two at once, the second sees what the first has set.
  perform from public.organizations o where o.id = v_org_id for no key update;
  if exists (select from private.ai_developer_aliases a where a.org_id = v_org_id and a.alias = v_developer_id) then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail
      = 'developer_id: is an alias of somebody else';
  end if;
  if (select count(*) from private.ai_developer_aliases a where a.org_id = v_org_id) + cardinality(v_aliases) > 5000
    then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'aliases: there are 5,000 already';
  end if;
  for v_alias in
    delete from private.ai_developer_aliases a
    where a.org_id = v_org_id and a.developer_id = v_developer_id and a.alias <> all (v_aliases) returning a.alias
  loop
    perform private.rename_ai_developer(v_org_id, v_alias, v_alias);
  end loop;
  -- Whoever is merged brings along the names that meant them.
  update private.ai_developer_aliases a set developer_id = v_developer_id where a.org_id = v_org_id and a.developer_id
    = any (v_aliases);
  insert into private.ai_developer_aliases (org_id, alias, developer_id)
  select v_org_id, one, v_developer_id from unnest(v_aliases) one
  on conflict (org_id, alias) do update set developer_id = excluded.developer_id;
  for v_alias in
    select a.alias from private.ai_developer_aliases a where a.org_id = v_org_id and a.developer_id = v_developer_id
      order by a.alias
  loop
    perform private.rename_ai_developer(v_org_id, v_alias, v_developer_id);
  end loop;
  return private.ai_developer_json(v_org_id, v_developer_id);
end $$;
comment on function public.set_ai_developer(uuid, text, text[]) is
  'Says which names mean a developer, in place of those that did: their sessions, past and future, are that '
  'developer''s. A name that no longer does gets its own back.';

create trigger audit_ai_developer_aliases
after insert or update or delete on private.ai_developer_aliases
for each row
execute function private.audit_change('ai_developer_alias', 'alias');

revoke execute
on function private.rename_ai_developer(uuid, text, text),
private.ai_developer(uuid, text),
private.ai_developer_json(uuid, text),
public.ai_developers(uuid, int, int),
public.set_ai_developer(uuid, text, text[])
from public, anon, authenticated;
grant execute
on function private.ai_developer(uuid, text),
private.ai_developer_json(uuid, text),
public.ai_developers(uuid, int, int),
public.set_ai_developer(uuid, text, text[])
to authenticated, service_role;
