-- Incidents, and which deployment each is put down to.

create table private.incidents (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  severity text check (char_length(severity) <= 50),
  environment text not null default 'production' check (char_length(environment) between 1 and 100),
  began_at timestamptz not null check (began_at >= '1970-01-01 00:00+00' and began_at < '2101-01-01 00:00+00'),
  created_at timestamptz not null check (created_at >= '1970-01-01 00:00+00' and created_at < '2101-01-01 00:00+00'),
  resolved_at timestamptz check (resolved_at >= '1970-01-01 00:00+00' and resolved_at < '2101-01-01 00:00+00'),
  deployment_external_id text check (char_length(deployment_external_id) <= 200),
  commit_sha text check (commit_sha ~ '^[0-9a-f]{7,64}$'),
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null check (updated_at >= '1970-01-01 00:00+00' and updated_at < '2101-01-01 00:00+00'),
  open_as_of timestamptz,
  is_withdrawn boolean not null default false,
  said_environment text not null default 'production' check (char_length(said_environment) between 1 and 100),
  unique (repository_id, external_id)
);
comment on table private.incidents is
  'Something that went wrong in production: posted, or an issue with a label that says so.';
comment on column private.incidents.deployment_external_id is
  'The deployment that the incident itself names as its cause.';
comment on column private.incidents.commit_sha is 'The commit that the incident itself names as its cause.';
comment on column private.incidents.open_as_of is
  'The last updated_at with which it was said not to be resolved: an older end does not count.';
comment on column private.incidents.is_withdrawn is
  'It turned out to be none: its issue was deleted, moved away, closed as a duplicate or as not planned, or lost the '
  'label. It is in no number.';
create index incidents_org_idx on private.incidents (org_id, began_at);
create index incidents_repository_idx on private.incidents (repository_id, began_at);
create index incidents_commit_idx on private.incidents (repository_id) where commit_sha is not null;
create index incidents_created_idx on private.incidents (org_id, environment, created_at)
include (repository_id, resolved_at, is_withdrawn);

alter table private.incidents enable row level security;
create policy "members read what belongs to their organization" on private.incidents
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.incidents from public, anon, authenticated, service_role;
grant select on private.incidents to authenticated, service_role;

create table private.incident_links (
  incident_id bigint primary key references private.incidents (id)
    on delete cascade,
  deployment_id bigint not null references private.deployments (id)
    on delete cascade,
  org_id uuid not null,
  method text not null check (method in ('explicit', 'revert', 'time'))
);
comment on table private.incident_links is
  'The deployment that an incident is put down to, and how it was found; the best method wins.';
create index incident_links_deployment_idx on private.incident_links (deployment_id);
create index incident_links_org_idx on private.incident_links (org_id);

alter table private.incident_links enable row level security;
create policy "members read what belongs to their organization" on private.incident_links
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.incident_links from public, anon, authenticated, service_role;
grant select on private.incident_links to authenticated, service_role;

create function private.store_incidents(p_repository private.repositories, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  with item as (
    select i.*, t.id, coalesce(i.updated_at >= t.updated_at, true) as newer,
      lower(coalesce(case when i.updated_at < t.updated_at then t.said_environment end, i.environment,
        t.said_environment, 'production')) as place,
      -- Saying that it is not resolved is a word; saying nothing of it is none.
      case when said.item ? 'resolved_at' and i.resolved_at is null then i.updated_at end as open_as_of
    from jsonb_array_elements(p_items) as said (item)
    cross join lateral jsonb_to_record(said.item) as i (
      external_id text, title text, severity text, environment text, began_at timestamptz, created_at timestamptz,
      resolved_at timestamptz, deployment text, commit text, url text, updated_at timestamptz, withdrawn boolean)
    left join private.incidents t on t.repository_id = p_repository.id and t.external_id = i.external_id
  )
  insert into private.incidents as n (
    org_id, repository_id, external_id, title, severity, environment, began_at, created_at, resolved_at, open_as_of,
    deployment_external_id, commit_sha, url, updated_at, is_withdrawn, said_environment)
  select p_repository.org_id, p_repository.id, i.external_id,
    coalesce(case when i.newer then i.title end, nullif(t.title, ''), i.title, ''),
    coalesce(case when i.newer then i.severity end, t.severity, i.severity),
    private.environment_of(i.place, null,
      (select o.production_environments from public.organizations o where o.id = p_repository.org_id)),
    coalesce(case when i.newer then i.began_at end, case
      when t.began_at <> t.created_at then t.began_at end, i.began_at,
      case when i.newer then i.created_at else t.created_at end),
    case when i.newer then i.created_at else t.created_at end,
    case when i.newer and i.open_as_of is not null then null
      when i.updated_at < t.open_as_of then t.resolved_at
      else coalesce(case when i.newer then i.resolved_at end, t.resolved_at, i.resolved_at) end,
    greatest(t.open_as_of, i.open_as_of),
    coalesce(case when i.newer then i.deployment end, t.deployment_external_id, i.deployment),
    coalesce(case when i.newer then i.commit end, t.commit_sha, i.commit),
    coalesce(case when i.newer then i.url end, t.url, i.url),
    greatest(t.updated_at, coalesce(i.updated_at, greatest(i.created_at, i.began_at, i.resolved_at))),
    coalesce(case when i.newer then i.withdrawn end, t.is_withdrawn, i.withdrawn, false), i.place
  from item i left join private.incidents t on t.id = i.id
  on conflict (repository_id, external_id) do update
    set title = excluded.title, severity = excluded.severity, environment = excluded.environment,
      began_at = excluded.began_at,
      created_at = excluded.created_at, resolved_at = excluded.resolved_at, open_as_of = excluded.open_as_of,
      deployment_external_id = excluded.deployment_external_id, commit_sha = excluded.commit_sha, url = excluded.url,
      updated_at = excluded.updated_at, is_withdrawn = excluded.is_withdrawn,
      said_environment = excluded.said_environment;
  perform private.relink_incidents(p_repository.id, null, array(
    select i.external_id from jsonb_to_recordset(p_items) as i (external_id text)));
  return '[]'::jsonb;
end $$;
comment on function private.store_incidents(private.repositories, jsonb) is
  'Stores incidents. resolved_at null, with updated_at, opens one again; left out, it changes nothing.';

create function private.relink_incidents(
  p_repository_id bigint,
  p_since timestamptz,
  p_external_ids text[] default '{}',
  p_deployments text[] default '{}',
  p_shas text[] default '{}'
)
returns void
language sql
volatile
set search_path = ''
as $$
  with best as (
    select i.id as incident_id, i.org_id, link.deployment_id, link.method
    from private.incidents i
    left join lateral (
      select found.deployment_id, found.method
      from (
        select d.id as deployment_id, 'explicit' as method, 1 as place, d.finished_at as at
        from private.deployments d where d.repository_id = i.repository_id and d.external_id = i.deployment_external_id
        union all
        select f.deployment_id, 'explicit', 2, f.deployed_at
        from private.deployed_commits f
        where f.repository_id + 0 = i.repository_id and f.environment = i.environment
          and f.sha = private.commit_named(i.repository_id, i.commit_sha)
        union all
        -- A pull request was taken back after the incident began, and what it had merged was deployed before.
        select f.deployment_id, 'revert', 3, f.deployed_at
        from private.pull_requests revert
        join private.pull_requests culprit
          on culprit.repository_id = i.repository_id and culprit.external_id = revert.reverts_external_id
        join private.deployed_commits f
          on f.repository_id + 0 = i.repository_id and f.environment = i.environment
            and f.sha = culprit.merge_commit_sha
        where revert.repository_id = i.repository_id and revert.reverts_external_id is not null
          and culprit.merged_at is not null and f.deployed_at < date_trunc('second', i.began_at) + interval '1 second'
          and i.began_at <= revert.merged_at
        union all
        (select d.id, 'time', 4, d.finished_at
        from private.deployments d
        where d.repository_id = i.repository_id and d.environment = i.environment and d.status = 'success'
          -- GitHub tells time by the second: what began in the second of a deployment may be its doing.
          and not d.is_rollback and d.finished_at < date_trunc('second', i.began_at) + interval '1 second'
        order by d.finished_at desc, d.external_id desc limit 1)
      ) found
      order by found.place, found.at desc nulls last limit 1
    ) link on not i.is_withdrawn
    where i.repository_id = p_repository_id and (
      i.began_at >= p_since or i.external_id = any (p_external_ids)
      or i.deployment_external_id = any (p_deployments) or i.commit_sha is not null and exists (
        select from private.commits c
        where c.sha >= i.commit_sha and c.sha < i.commit_sha || 'g' and c.repository_id = p_repository_id
          and array_position(p_shas, c.sha) is not null))
  ),
  unlinked as (
    delete from private.incident_links l using best
    where l.incident_id = best.incident_id and best.deployment_id is null
  )
  insert into private.incident_links as l (incident_id, deployment_id, org_id, method)
  select best.incident_id, best.deployment_id, best.org_id, best.method from best where best.deployment_id is not null
  on conflict (incident_id) do update set deployment_id = excluded.deployment_id, method = excluded.method
    where (l.deployment_id, l.method) is distinct from (excluded.deployment_id, excluded.method)
$$;
comment on function private.relink_incidents(bigint, timestamptz, text[], text[], text[]) is
  'Puts incidents down to deployments by the best method there is: those that began since a time, and those that are '
  'or name one of the given.';

revoke execute
on function private.store_incidents(private.repositories, jsonb),
private.relink_incidents(bigint, timestamptz, text[], text[], text[])
from public, anon, authenticated;
