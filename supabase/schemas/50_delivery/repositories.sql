-- Delivery: what is written, reviewed, shipped and broken, in the terms of DORA. One shape for GitHub's data and for
-- what is posted from anywhere else; every number about delivery is computed from these rows and can be traced back
-- to them. They live in private, because they name people: what the API shows of them goes through functions, which
-- know what the organization has opted in to.

create table private.repositories (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  full_name text not null check (char_length(full_name) between 1 and 200),
  github_id bigint,
  default_branch text not null default 'main' check (char_length(default_branch) between 1 and 255),
  archived boolean not null default false,
  created_at timestamptz not null default now(),
  unique (org_id, github_id)
);
comment on table private.repositories is 'A code base of an organization. GitHub''s number stays when it is renamed.';
create unique index repositories_name_key on private.repositories (org_id, lower(full_name));

alter table private.repositories enable row level security;
create policy "members read what belongs to their organization" on private.repositories
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.repositories from public, anon, authenticated, service_role;
grant select on private.repositories to authenticated, service_role;

create table private.branches (
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  org_id uuid not null,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  last_commit_at timestamptz check (
    last_commit_at >= '1970-01-01 00:00+00'
    and last_commit_at < '2101-01-01 00:00+00'
  ),
  seen_at timestamptz not null default now(),
  primary key (repository_id, name)
);
comment on table private.branches is 'The branches there are: one that is deleted goes.';

alter table private.branches enable row level security;
create policy "members read what belongs to their organization" on private.branches
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.branches from public, anon, authenticated, service_role;
grant select on private.branches to authenticated, service_role;

create table private.releases (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository_id bigint not null references private.repositories (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  tag text not null check (char_length(tag) between 1 and 255),
  name text check (char_length(name) <= 500),
  prerelease boolean not null default false,
  published_at timestamptz not null check (
    published_at >= '1970-01-01 00:00+00'
    and published_at < '2101-01-01 00:00+00'
  ),
  unique (repository_id, external_id)
);
comment on table private.releases is 'A published release of a repository.';
create index releases_org_idx on private.releases (org_id, published_at);

alter table private.releases enable row level security;
create policy "members read what belongs to their organization" on private.releases
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.releases from public, anon, authenticated, service_role;
grant select on private.releases to authenticated, service_role;

create function private.known_repository(p_org_id uuid, p_full_name text, p_github_id bigint)
returns bigint
language sql
stable
set search_path = ''
as $$
  select r.id from private.repositories r
  where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name)
    and (p_github_id is null or r.github_id = p_github_id)
$$;
comment on function private.known_repository(uuid, text, bigint) is
  'The repository that has this name, and this number if one is given; null if that is news.';

create function private.delivery_repository(p_org_id uuid, p_full_name text, p_github_id bigint)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_id bigint := private.known_repository(p_org_id, p_full_name, p_github_id);
  v_holder private.repositories;
begin
  if v_id is not null then
    return v_id;
  end if;
  -- News about names is taken in one at a time. The calls before this one may have brought it already.
  perform pg_advisory_xact_lock(hashtextextended('repositories of ' || p_org_id, 0));
  v_id := private.known_repository(p_org_id, p_full_name, p_github_id);
  if v_id is not null then
    return v_id;
  end if;
  select r.id into v_id from private.repositories r where r.org_id = p_org_id and r.github_id = p_github_id;
  select * into v_holder from private.repositories r
  where r.org_id = p_org_id and lower(r.full_name) = lower(p_full_name);
  if v_holder.id is not null and v_id is null and v_holder.github_id is null then
    update private.repositories r set github_id = p_github_id where r.id = v_holder.id;
    return v_holder.id;
  end if;
  if v_holder.id is not null then
    -- Somebody else's name now. What the old holder is called since, its own next item says.
    update private.repositories r set full_name = left(r.full_name, 150) || '#' || coalesce(r.github_id, r.id)
    where r.id = v_holder.id;
  end if;
  if v_id is not null then
    update private.repositories r set full_name = p_full_name where r.id = v_id;
    return v_id;
  end if;
  insert into private.repositories (org_id, full_name, github_id) values (p_org_id, p_full_name, p_github_id)
  returning id into v_id;
  insert into private.environments (repository_id, name) values (v_id, 'production');
  return v_id;
end $$;
comment on function private.delivery_repository(uuid, text, bigint) is
  'The repository of this name, made if there is none. GitHub''s number stays with a repository that is renamed; a '
  'name goes to who has it now.';

create function private.store_repositories(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  update private.repositories r
  set default_branch = coalesce(i.default_branch, r.default_branch), archived = coalesce(i.archived, r.archived)
  from jsonb_to_recordset(p_items) as i (default_branch text, archived boolean)
  where r.id = p_repository.id;
  select '[]'::jsonb
$$;
comment on function private.store_repositories(private.repositories, jsonb) is
  'Stores what is said of a repository itself.';

create function private.store_branches(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  delete from private.branches b
  where b.repository_id = p_repository.id and (p_items -> 0 ->> 'complete')::boolean
    and b.name not in (select n.value ->> 'name' from jsonb_array_elements(p_items -> 0 -> 'names') as n);
  insert into private.branches as b (repository_id, name, org_id, sha, last_commit_at)
  select distinct on (n.name) p_repository.id, n.name, p_repository.org_id, n.sha, n.last_commit_at
  from jsonb_to_recordset(p_items -> 0 -> 'names') as n (name text, sha text, last_commit_at timestamptz)
  on conflict (repository_id, name) do update
    set sha = excluded.sha, seen_at = excluded.seen_at,
      last_commit_at = coalesce(excluded.last_commit_at, case when b.sha = excluded.sha then b.last_commit_at end);
  select '[]'::jsonb
$$;
comment on function private.store_branches(private.repositories, jsonb) is
  'Stores branches; if the list is complete, those that are not in it are gone.';

create function private.store_releases(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  insert into private.releases as r (org_id, repository_id, external_id, tag, name, prerelease, published_at)
  select p_repository.org_id, p_repository.id, i.external_id, i.tag, coalesce(i.name, t.name),
    coalesce(i.prerelease, t.prerelease, false), i.published_at
  from jsonb_to_recordset(p_items) as i (external_id text, tag text, name text, prerelease boolean,
    published_at timestamptz)
  left join private.releases t on t.repository_id = p_repository.id and t.external_id = i.external_id
  on conflict (repository_id, external_id) do update
    set tag = excluded.tag, name = excluded.name, prerelease = excluded.prerelease,
      published_at = excluded.published_at;
  select '[]'::jsonb
$$;
comment on function private.store_releases(private.repositories, jsonb) is 'Stores releases.';

revoke execute
on function private.known_repository(uuid, text, bigint),
private.delivery_repository(uuid, text, bigint),
private.store_repositories(private.repositories, jsonb),
private.store_branches(private.repositories, jsonb),
private.store_releases(private.repositories, jsonb)
from public, anon, authenticated;
