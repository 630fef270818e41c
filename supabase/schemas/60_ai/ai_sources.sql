-- Which programs send what, so that nobody has to guess why a number is missing.

create table private.ai_sources (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  program text not null check (char_length(program) between 1 and 100),
  version text not null check (char_length(version) <= 50),
  signal text not null check (signal in ('traces', 'logs', 'metrics', 'ingest')),
  received bigint not null default 0,
  calls bigint not null default 0,
  calls_without_tokens bigint not null default 0,
  rejected bigint not null default 0,
  left_out jsonb not null default '{}' check (
    jsonb_typeof(left_out) = 'object'
    and octet_length(left_out::text) <= 16384
  ),
  facts text[] not null default '{}' check (cardinality(facts) <= 20),
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  primary key (org_id, program, version, signal)
);
comment on table private.ai_sources is
  'What a version of a program has sent by one signal: how many items, how many calls were stored of them, and what '
  'was left.';
comment on column private.ai_sources.left_out is
  'How many items of which kind nothing is known of, by kind and reason; at most 50.';
comment on column private.ai_sources.facts is 'What was seen in it that says how the program is set.';

alter table private.ai_sources enable row level security;
create policy "members read what belongs to their organization" on private.ai_sources
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_sources from public, anon, authenticated, service_role;
grant select on private.ai_sources to authenticated, service_role;

create function private.added_counts(p_counts jsonb, p_more jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(one.key, one.count), '{}')
  from (
    select key, sum(value::bigint) as count
    from (select * from jsonb_each_text(p_counts) union all select * from jsonb_each_text(p_more)) each
    group by key order by key limit 50
  ) one
$$;
comment on function private.added_counts(jsonb, jsonb) is 'Two objects of counts added up, at most 50 keys.';

create function private.note_ai_sources(p_org_id uuid, p_sources jsonb, p_called int[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if p_sources is null or p_sources = '[]' then
    return;
  end if;
  insert into private.ai_sources as kept (
    org_id, program, version, signal, received, calls, calls_without_tokens, rejected, left_out, facts)
  select p_org_id, left(s.program, 100), left(s.version, 50), s.signal, sum(s.received),
    sum((select count(*) from unnest(p_called) one where one = s.place - 1)), sum(s.calls_without_tokens),
      sum(s.rejected),
    private.added_counts((array_agg(s.left_out))[1], '{}'),
      array(select jsonb_array_elements_text((array_agg(s.facts))[1]) limit 20)
  from rows from (jsonb_to_recordset(p_sources) as (
    program text, version text, signal text, received bigint, calls_without_tokens bigint, rejected bigint,
      left_out jsonb, facts jsonb)
  ) with ordinality as s (program, version, signal, received, calls_without_tokens, rejected, left_out, facts, place)
  -- A program that makes up a new version for each request must not fill the table.
  where exists (
      select from private.ai_sources k
      where k.org_id = p_org_id and k.program = left(s.program, 100) and k.version = left(s.version, 50) and k.signal
        = s.signal)
    or (select count(*) from private.ai_sources k where k.org_id = p_org_id) < 1000
  group by 2, 3, 4 order by 2, 3, 4
  on conflict (org_id, program, version, signal) do update set
    received = kept.received + excluded.received, calls = kept.calls + excluded.calls,
    calls_without_tokens = kept.calls_without_tokens + excluded.calls_without_tokens, rejected = kept.rejected
      + excluded.rejected,
    left_out = case when excluded.left_out = '{}' then kept.left_out
      else private.added_counts(kept.left_out, excluded.left_out) end,
    facts = case when kept.facts @> excluded.facts then kept.facts
      else array(select distinct f from unnest(kept.facts || excluded.facts) f order by 1 limit 20) end,
    last_seen = now();
end $$;
comment on function private.note_ai_sources(uuid, jsonb, int[]) is
  'Adds what programs sent: [{program, version, signal, received, calls_without_tokens, rejected, left_out: {kind: '
  'count}, facts}], and for each call that was stored which of them it came from.';

create function public.ai_sources(p_org_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object('items', (
    select coalesce(jsonb_agg(one.item order by one.last_seen desc, one.program, one.version), '[]')
    from (
      select s.program, s.version, max(s.last_seen) as last_seen, jsonb_build_object(
        'program', s.program, 'version', nullif(s.version, ''), 'first_seen', min(s.first_seen), 'last_seen',
          max(s.last_seen),
        'calls', sum(s.calls), 'signals', jsonb_agg(jsonb_build_object(
          'signal', s.signal, 'received', s.received, 'calls', s.calls, 'calls_without_tokens', s.calls_without_tokens,
          'rejected', s.rejected, 'left_out', s.left_out, 'facts', s.facts, 'last_seen', s.last_seen)
            order by s.signal)) as item
      from private.ai_sources s where s.org_id = v_org_id
      group by s.program, s.version order by max(s.last_seen) desc, s.program, s.version limit 200
    ) one));
end $$;
comment on function public.ai_sources(uuid) is
  'The programs that sent something, by version, the latest 200 first: what came by which signal, how many calls '
  'were stored, what was left.';

revoke execute
on function private.added_counts(jsonb, jsonb), private.note_ai_sources(uuid, jsonb, int[]), public.ai_sources(uuid)
from public, anon, authenticated;
grant execute
on function public.ai_sources(uuid)
to authenticated, service_role;
