-- Which environments are production. What an environment is called is kept as it was said; what all numbers go by is
-- what it stands for, so that `prod`, `live` and `production-eu` are one place that users see.

create table private.environments (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  first_deployed_at timestamptz,
  primary key (repository_id, name)
);
comment on table private.environments is
  'The environments whose deployments are followed back to commits: production and the first nine others of a '
  'repository. Each costs a row per commit, and one for every pull request would cost them squared.';

comment on column private.environments.first_deployed_at is
  'When the first successful deployment of a known commit finished. What it contains has no lead time: how long it '
  'had been out is not known.';

alter table private.environments enable row level security;
create policy "members read what belongs to their organization" on private.environments
for select
to authenticated
using (repository_id in (select r.id from private.repositories r));
revoke all on private.environments from public, anon, authenticated, service_role;
grant select on private.environments to authenticated, service_role;

create function private.is_production_name(p_name text, p_patterns text[])
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case
    when p_patterns is null then name.is_production and not name.is_before
    else exists (
      select from unnest(p_patterns) pattern
      where lower(p_name) like replace(replace(replace(replace(lower(pattern), '\', '\\'), '%', '\%'), '_', '\_'), '*',
        '%')
        and not (pattern like '%*%' and name.is_before))
  end
  from (
    select coalesce(bool_or(word in ('production', 'prod', 'prd', 'live')), false) as is_production,
      coalesce(bool_or(word in (
        'non', 'not', 'no', 'pre', 'nonprod', 'nonproduction', 'preprod', 'preproduction', 'staging', 'stage', 'stg',
        'test', 'testing',
        'dev', 'development', 'qa', 'uat', 'sandbox', 'preview', 'review', 'demo')), false) as is_before
    from (select regexp_replace(part, '[0-9]+$', '') as word
      from regexp_split_to_table(lower(p_name), '[^a-z0-9]+') as part) words
  ) name
$$;
comment on function private.is_production_name(text, text[]) is
  'Whether an environment is production by its name: by patterns, in which * stands for anything, or, without any, '
  'if a word of it is production, prod, prd or live and none says that it comes before (nonprod, pre-prod, staging, '
  '…). What a * matches is none of those either.';

create function private.environment_of(p_name text, p_is_production boolean, p_patterns text[])
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when coalesce(p_is_production, private.is_production_name(p_name, p_patterns)) then 'production'
    -- It is called so, and is none.
    when lower(p_name) = 'production' then 'non-production'
    else lower(p_name)
  end
$$;
comment on function private.environment_of(text, boolean, text[]) is
  'What an environment stands for in all numbers: production, if its source says so or else its name does; itself '
  'otherwise.';

create function private.follow_environment(p_repository private.repositories, p_environment text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.environments (repository_id, name)
  select p_repository.id, p_environment
  where (select count(*) from private.environments e where e.repository_id = p_repository.id) < 10
    and not exists (select from private.environments e
      where e.repository_id = p_repository.id and e.name = p_environment);
  if found then
    insert into private.changes (repository_id, environment, sha, org_id, pull_request_id, author, authored_at)
    select k.repository_id, p_environment, k.sha, k.org_id, k.pull_request_id, k.author, k.authored_at
    from private.changes k where k.repository_id = p_repository.id and k.environment = 'production';
  end if;
end $$;
comment on function private.follow_environment(private.repositories, text) is
  'Begins to follow an environment''s deployments back to commits, unless too many are followed.';

create function private.rename_environments(p_org_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_patterns text[] := (select o.production_environments from public.organizations o where o.id = p_org_id);
  v_repository private.repositories;
  v_items jsonb;
begin
  for v_repository in select r.* from private.repositories r
  where r.org_id = p_org_id order by r.id for no key update loop
    v_items := (
      select jsonb_agg(jsonb_build_object('external_id', d.external_id, 'status', d.status, 'created_at', d.created_at,
        'updated_at', d.updated_at))
      from private.deployments d
      where d.repository_id = v_repository.id
        and d.environment <> private.environment_of(d.said_environment, d.says_production, v_patterns));
    if v_items is not null then
      perform private.store_deployments(v_repository, v_items);
    end if;
    update private.incidents i set environment = private.environment_of(i.said_environment, null, v_patterns)
    where i.repository_id = v_repository.id
      and i.environment <> private.environment_of(i.said_environment, null, v_patterns);
    if found then
      perform private.relink_incidents(v_repository.id, '-infinity');
    end if;
  end loop;
end $$;
comment on function private.rename_environments(uuid) is
  'Works out again what the deployments and incidents of an organization are of, after its patterns changed.';

revoke execute
on function private.is_production_name(text, text[]),
private.environment_of(text, boolean, text[]),
private.follow_environment(private.repositories, text),
private.rename_environments(uuid)
from public, anon, authenticated;
grant execute
on function private.is_production_name(text, text[]), private.environment_of(text, boolean, text[])
to authenticated, service_role;
