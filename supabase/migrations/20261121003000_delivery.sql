-- Delivery: what is written, reviewed, shipped and broken, in the terms of DORA. One shape for GitHub's data and for what is posted from
-- anywhere else; every number about delivery is computed from these rows and can be traced back to them. They live in private, because
-- they name people: what the API shows of them goes through functions, which know what the organization has opted in to.

alter table public.organizations
  add column individual_metrics boolean not null default false,
  add column failure_window_hours smallint not null default 24 check (failure_window_hours between 0 and 720);
comment on column public.organizations.individual_metrics is 'Whether activity is shown by person; by team otherwise.';
comment on column public.organizations.failure_window_hours is
  'How long a production deployment is watched before it counts as one that has not failed.';

create table private.repositories (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  full_name text not null check (char_length(full_name) between 1 and 200),
  github_id bigint,
  default_branch text not null default 'main' check (char_length(default_branch) between 1 and 255),
  archived boolean not null default false,
  created_at timestamptz not null default now(),
  unique (org_id, github_id)
);
comment on table private.repositories is 'A code base of an organization. GitHub''s number stays when it is renamed.';
create unique index repositories_name_key on private.repositories (org_id, lower(full_name));

create table private.commits (
  repository_id bigint not null references private.repositories (id) on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id) on delete cascade,
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  authored_at timestamptz not null,
  committed_at timestamptz not null,
  headline text not null default '' check (char_length(headline) <= 500),
  parents text[] not null default '{}',
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  -- On the default branch as of the last word about it: a force push may take a commit off.
  on_default_branch boolean not null default false,
  pull_request_id bigint,
  primary key (repository_id, sha)
);
comment on table private.commits is 'A commit that is known of a repository.';
comment on column private.commits.author is 'The login, else the lower-cased e-mail address, of whoever wrote it.';
comment on column private.commits.pull_request_id is 'The pull request through which it came to its branch: as its merge, squash or rebased copy.';
create index commits_org_idx on private.commits (org_id, committed_at) where on_default_branch;
create index commits_parents_idx on private.commits using gin (parents);
create index commits_pull_request_idx on private.commits (pull_request_id) where pull_request_id is not null;

create table private.pull_requests (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('open', 'closed', 'merged')),
  draft boolean not null default false,
  base_branch text check (char_length(base_branch) <= 255),
  head_branch text check (char_length(head_branch) <= 255),
  head_sha text check (head_sha ~ '^[0-9a-f]{7,64}$'),
  from_fork boolean not null default false,
  created_at timestamptz not null,
  ready_at timestamptz,
  first_commit_at timestamptz,
  merged_at timestamptz,
  closed_at timestamptz,
  reopened_at timestamptz,
  updated_at timestamptz not null,
  merge_commit_sha text check (merge_commit_sha ~ '^[0-9a-f]{7,64}$'),
  merge_method text check (merge_method in ('merge', 'squash', 'rebase')),
  reverts_external_id text check (char_length(reverts_external_id) <= 200),
  additions int check (additions >= 0),
  deletions int check (deletions >= 0),
  changed_files int check (changed_files >= 0),
  commit_count int check (commit_count >= 0),
  comment_count int check (comment_count >= 0),
  unique (repository_id, external_id),
  check ((state = 'merged') = (merged_at is not null))
);
comment on table private.pull_requests is 'A pull request, by its number on GitHub or the id it was posted with.';
comment on column private.pull_requests.ready_at is 'When it was last taken out of draft; null if it never was one.';
comment on column private.pull_requests.reopened_at is 'When it, or what it changed, was last opened again.';
comment on column private.pull_requests.reverts_external_id is 'The pull request of the same repository that it takes back.';
create index pull_requests_merged_idx on private.pull_requests (org_id, merged_at) where merged_at is not null;
create index pull_requests_created_idx on private.pull_requests (org_id, created_at);
create index pull_requests_merge_commit_idx on private.pull_requests (repository_id, merge_commit_sha) where merge_commit_sha is not null;

create table private.pull_request_commits (
  pull_request_id bigint not null references private.pull_requests (id) on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  org_id uuid not null references public.organizations (id) on delete cascade,
  author text check (char_length(author) <= 200),
  is_bot boolean not null default false,
  authored_at timestamptz not null,
  committed_at timestamptz not null,
  headline text not null default '' check (char_length(headline) <= 500),
  primary key (pull_request_id, sha)
);
comment on table private.pull_request_commits is
  'The commits of a pull request as they were on its branch: a squash or a rebase makes others of them, and their times would be lost.';
create index pull_request_commits_sha_idx on private.pull_request_commits (sha);

create table private.reviews (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  pull_request_id bigint not null references private.pull_requests (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  reviewer text check (char_length(reviewer) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('approved', 'changes_requested', 'commented', 'dismissed')),
  submitted_at timestamptz not null,
  unique (pull_request_id, external_id)
);
comment on table private.reviews is 'A review of a pull request. One by a bot is kept, and does not count as a review.';

create table private.deployments (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  environment text not null check (char_length(environment) between 1 and 100),
  sha text check (sha ~ '^[0-9a-f]{7,64}$'),
  ref text check (char_length(ref) <= 255),
  status text not null check (status in ('pending', 'success', 'failure', 'cancelled')),
  pipeline_id text check (char_length(pipeline_id) <= 200),
  created_at timestamptz not null,
  finished_at timestamptz,
  incident_external_id text check (char_length(incident_external_id) <= 200),
  is_unplanned boolean not null default false,
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null,
  unique (repository_id, external_id),
  check ((status = 'pending') = (finished_at is null))
);
comment on table private.deployments is 'A deployment of a repository to an environment.';
comment on column private.deployments.pipeline_id is 'The run of a pipeline it was part of: several deployments of one run to one environment count once.';
comment on column private.deployments.is_unplanned is 'Whether a production incident caused it: a hotfix or a rollback. DORA''s rework.';
comment on column private.deployments.incident_external_id is 'The incident that an unplanned deployment answers, if it says.';
create index deployments_org_idx on private.deployments (org_id, environment, finished_at) include (repository_id, status);
create index deployments_sha_idx on private.deployments (repository_id, sha);

create table private.incidents (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  title text not null default '' check (char_length(title) <= 500),
  severity text check (char_length(severity) <= 50),
  environment text not null default 'production' check (char_length(environment) between 1 and 100),
  began_at timestamptz not null,
  created_at timestamptz not null,
  resolved_at timestamptz,
  deployment_external_id text check (char_length(deployment_external_id) <= 200),
  commit_sha text check (commit_sha ~ '^[0-9a-f]{7,64}$'),
  url text check (char_length(url) <= 2000),
  updated_at timestamptz not null,
  unique (repository_id, external_id)
);
comment on table private.incidents is 'Something that went wrong in production: posted, or an issue with a label that says so.';
comment on column private.incidents.deployment_external_id is 'The deployment that the incident itself names as its cause.';
comment on column private.incidents.commit_sha is 'The commit that the incident itself names as its cause.';
create index incidents_org_idx on private.incidents (org_id, began_at);

create table private.incident_links (
  incident_id bigint primary key references private.incidents (id) on delete cascade,
  deployment_id bigint not null references private.deployments (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  method text not null check (method in ('explicit', 'revert', 'time'))
);
comment on table private.incident_links is 'The deployment that an incident is put down to, and how it was found; the best method wins.';
create index incident_links_deployment_idx on private.incident_links (deployment_id);

create table private.releases (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.organizations (id) on delete cascade,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  tag text not null check (char_length(tag) between 1 and 255),
  name text check (char_length(name) <= 500),
  prerelease boolean not null default false,
  published_at timestamptz not null,
  unique (repository_id, external_id)
);
comment on table private.releases is 'A published release of a repository.';
create index releases_org_idx on private.releases (org_id, published_at);

create table private.branches (
  repository_id bigint not null references private.repositories (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  org_id uuid not null references public.organizations (id) on delete cascade,
  sha text not null check (sha ~ '^[0-9a-f]{7,64}$'),
  last_commit_at timestamptz,
  seen_at timestamptz not null default now(),
  primary key (repository_id, name)
);
comment on table private.branches is 'The branches there are: one that is deleted goes.';

create table private.deployed_commits (
  repository_id bigint not null,
  environment text not null,
  sha text not null,
  org_id uuid not null references public.organizations (id) on delete cascade,
  deployment_id bigint not null references private.deployments (id) on delete cascade,
  deployed_at timestamptz not null,
  primary key (repository_id, environment, sha),
  foreign key (repository_id, sha) references private.commits (repository_id, sha) on delete cascade
);
comment on table private.deployed_commits is
  'The first successful deployment of an environment that contains a commit. Whatever a commit has, its parents have at the same time or earlier, which is what lets the walk back from a deployment stop at the first commit that was deployed before.';
create index deployed_commits_deployment_idx on private.deployed_commits (deployment_id);

create table private.teams (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.organizations (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  created_at timestamptz not null default now()
);
comment on table private.teams is 'A team of an organization.';
create unique index teams_name_key on private.teams (org_id, lower(name));

create table private.team_members (
  team_id uuid not null references private.teams (id) on delete cascade,
  login text not null check (char_length(login) between 1 and 200 and login = lower(login)),
  org_id uuid not null references public.organizations (id) on delete cascade,
  primary key (team_id, login)
);
comment on table private.team_members is 'Who works in a team, by the login or address that their commits carry.';
create index team_members_login_idx on private.team_members (org_id, login);

create table private.team_repositories (
  team_id uuid not null references private.teams (id) on delete cascade,
  repository_id bigint not null references private.repositories (id) on delete cascade,
  org_id uuid not null references public.organizations (id) on delete cascade,
  primary key (team_id, repository_id)
);
comment on table private.team_repositories is 'What a team works on; a repository may have several teams.';
create index team_repositories_repository_idx on private.team_repositories (repository_id);

do $$
declare
  v_table text;
begin
  foreach v_table in array '{repositories,commits,pull_requests,pull_request_commits,reviews,deployments,incidents,incident_links,releases,branches,deployed_commits,teams,team_members,team_repositories}'::text[] loop
    execute format('alter table private.%I enable row level security', v_table);
    execute format(
      'create policy "members read what belongs to their organization" on private.%I for select to authenticated
       using (org_id = any (array(select private.my_organization_ids())))', v_table);
    execute format('revoke all on private.%I from public, anon, authenticated, service_role', v_table);
    execute format('grant select on private.%I to authenticated, service_role', v_table);
  end loop;
end $$;
