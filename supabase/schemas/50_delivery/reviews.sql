-- Reviews of pull requests.

create table private.reviews (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  pull_request_id bigint not null references private.pull_requests (id)
    on delete cascade,
  external_id text not null check (char_length(external_id) between 1 and 200),
  reviewer text check (char_length(reviewer) <= 200),
  is_bot boolean not null default false,
  state text not null check (state in ('approved', 'changes_requested', 'commented', 'dismissed')),
  submitted_at timestamptz not null check (
    submitted_at >= '1970-01-01 00:00+00'
    and submitted_at < '2101-01-01 00:00+00'
  ),
  unique (pull_request_id, external_id)
);
comment on table private.reviews is
  'A review of a pull request. One by a bot is kept, and does not count as a review.';
create index reviews_submitted_idx on private.reviews (org_id, submitted_at);

alter table private.reviews enable row level security;
create policy "members read what belongs to their organization" on private.reviews
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.reviews from public, anon, authenticated, service_role;
grant select on private.reviews to authenticated, service_role;

create function private.store_reviews(p_repository private.repositories, p_items jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  with item as (
    select i.*, p.id as pull_request_id
    from jsonb_to_recordset(p_items) as i (
      index int, pull_request text, external_id text, reviewer text, is_bot boolean, state text,
      submitted_at timestamptz)
    left join private.pull_requests p on p.repository_id = p_repository.id and p.external_id = i.pull_request
  ),
  stored as (
    insert into private.reviews as r (org_id, pull_request_id, external_id, reviewer, is_bot, state, submitted_at)
    select p_repository.org_id, i.pull_request_id, i.external_id, coalesce(i.reviewer, t.reviewer),
      coalesce(i.is_bot, t.is_bot, false),
      -- Being dismissed is the last that happens to a review.
      case when t.state = 'dismissed' then 'dismissed' else i.state end, i.submitted_at
    from item i left join private.reviews t on t.pull_request_id = i.pull_request_id and t.external_id = i.external_id
    where i.pull_request_id is not null
    on conflict (pull_request_id, external_id) do update
      set reviewer = excluded.reviewer, is_bot = excluded.is_bot, state = excluded.state,
        submitted_at = excluded.submitted_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('index', i.index, 'code', 'unknown_pull_request',
    'message', format('pull_request: %s is not known of %s', i.pull_request, p_repository.full_name))), '[]')
  from item i where i.pull_request_id is null
$$;
comment on function private.store_reviews(private.repositories, jsonb) is
  'Stores reviews; answers those whose pull request is not known yet.';

revoke execute on function private.store_reviews(private.repositories, jsonb) from public, anon, authenticated;
