-- The one way into delivery: webhooks, synchronisation and posting all store through public.store_delivery. Items
-- come in any order and any number of times. The newer word of two counts, by updated_at where the items say it;
-- where they do not, the later to arrive, except that it takes back no end that was reported. What an item leaves out
-- is left as it is known, and filled in from older words. coalesce(case when newer then i.x end, t.x, i.x) in the
-- functions store_… is that rule for one column.

create function private.store_delivery_items(p_repository private.repositories, p_kind text, p_items jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_count int := jsonb_array_length(p_items);
  v_constraint text;
  v_column text;
begin
  return case p_kind
    when 'repository' then private.store_repositories(p_repository, p_items)
    when 'commit' then private.store_commits(p_repository, p_items)
    when 'default_branch_head' then private.store_default_branch_heads(p_repository, p_items)
    when 'pull_request' then private.store_pull_requests(p_repository, p_items)
    when 'review' then private.store_reviews(p_repository, p_items)
    when 'deployment' then private.store_deployments(p_repository, p_items)
    when 'incident' then private.store_incidents(p_repository, p_items)
    when 'release' then private.store_releases(p_repository, p_items)
    when 'branches' then private.store_branches(p_repository, p_items)
  end;
exception when integrity_constraint_violation or data_exception then
  if v_count > 1 then
    return private.store_delivery_items(p_repository, p_kind,
      jsonb_path_query_array(p_items, '$[0 to $last]', jsonb_build_object('last', v_count / 2 - 1)))
      || private.store_delivery_items(p_repository, p_kind,
        jsonb_path_query_array(p_items, '$[$first to last]', jsonb_build_object('first', v_count / 2)));
  end if;
  get stacked diagnostics v_constraint = constraint_name, v_column = column_name;
  return jsonb_build_array(jsonb_build_object('index', p_items -> 0 -> 'index', 'code', 'validation_failed',
    'message', 'cannot be stored: ' || coalesce(nullif(v_column, '') || ' is missing', nullif(v_constraint, ''),
      sqlerrm)));
end $$;
comment on function private.store_delivery_items(private.repositories, text, jsonb) is
  'Stores items of one repository, no two of the same thing; answers those that were refused. A bad one is found by '
  'halving and costs no other.';

create function private.names_repository(p_item jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select jsonb_typeof(p_item) = 'object' and coalesce(char_length(p_item ->> 'repository') between 1 and 200, false)
    and coalesce(p_item ->> 'repository_github_id' ~ '^[0-9]{1,18}$', true)
$$;
comment on function private.names_repository(jsonb) is 'Whether an item says which repository it is about.';

create function private.delivery_key(p_item jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce((p_item ->> 'pull_request') || '/' || (p_item ->> 'external_id'), p_item ->> 'external_id',
    p_item ->> 'sha')
$$;
comment on function private.delivery_key(jsonb) is
  'What an item is called within its repository; a review, within its pull request.';

create function private.delivery_texts(p_repository_id bigint, p_kind text, p_items jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with item as (
    select private.delivery_key(item) as key, item from jsonb_array_elements(p_items) as item
  )
  select coalesce(jsonb_object_agg(known.key, md5(known.said::text)), '{}')
  from (
    select c.sha as key, to_jsonb(c) as said
    from private.commits c
    where p_kind = 'commit' and c.repository_id = p_repository_id and c.sha in (select key from item)
    union all
    select d.external_id, to_jsonb(d) - 'updated_at'
    from private.deployments d
    where p_kind = 'deployment' and d.repository_id = p_repository_id and d.external_id in (select key from item)
    union all
    select i.external_id, to_jsonb(i) - '{updated_at,open_as_of}'::text[]
    from private.incidents i
    where p_kind = 'incident' and i.repository_id = p_repository_id and i.external_id in (select key from item)
    union all
    select p.external_id, to_jsonb(p) - 'updated_at' || jsonb_build_object('commits', (
      select jsonb_agg(to_jsonb(c) order by c.sha) from private.pull_request_commits c where c.pull_request_id = p.id))
    from private.pull_requests p
    where p_kind = 'pull_request' and p.repository_id = p_repository_id and p.external_id in (select key from item)
    union all
    select item.key, to_jsonb(v)
    from item
    join private.pull_requests p on p.repository_id = p_repository_id and p.external_id = item.item ->> 'pull_request'
    join private.reviews v on v.pull_request_id = p.id and v.external_id = item.item ->> 'external_id'
    where p_kind = 'review'
  ) known
$$;
comment on function private.delivery_texts(bigint, text, jsonb) is
  'What is known of each of these things, as a digest by sha or external_id: whether an item said something new is '
  'seen by whether it changed.';

-- Security definer: no client role may write these tables. It begins by asking whose organization it is.
create function public.store_delivery(
  p_org_id uuid,
  p_kind text,
  p_items jsonb,
  p_count_duplicates boolean default false
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_given jsonb;
  v_rejected jsonb;
  v_repository private.repositories;
  v_items jsonb;
  v_refused jsonb;
  v_before jsonb;
  v_after jsonb;
  v_duplicates bigint := 0;
begin
  if p_kind is null or p_kind not in (
    'repository', 'commit', 'default_branch_head', 'pull_request', 'review', 'deployment', 'incident', 'release',
    'branches') then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'kind: is unknown';
  end if;
  if coalesce(jsonb_typeof(p_items), '') <> 'array' then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'items: is no list';
  end if;
  select coalesce(jsonb_agg(i.value || jsonb_build_object('index', i.ordinality - 1))
    filter (where private.names_repository(i.value)), '[]'),
    coalesce(jsonb_agg(jsonb_build_object('index', i.ordinality - 1, 'code', 'validation_failed', 'message',
      'repository: must name one'))
      filter (where not private.names_repository(i.value)), '[]')
  into v_given, v_rejected
  from jsonb_array_elements(p_items) with ordinality as i;

  -- A number tells more than a name, so names with a number go first.
  with named as materialized (
    select n.name, n.github_id, private.delivery_repository(v_org_id, n.name, n.github_id) as id
    from (
      select distinct on (i.repository_github_id, lower(i.repository)) i.repository as name,
        i.repository_github_id as github_id
      from jsonb_to_recordset(v_given) as i (repository text, repository_github_id bigint)
      order by i.repository_github_id nulls last, lower(i.repository)
    ) n
  )
  select coalesce(jsonb_agg(item || jsonb_build_object('repository_id', named.id)), '[]') into v_given
  from jsonb_array_elements(v_given) as item
  join named on lower(named.name) = lower(item ->> 'repository')
    and named.github_id is not distinct from (item ->> 'repository_github_id')::bigint;

  -- What follows from a repository's rows is worked out under its lock; in one order, so that no two calls wait for
  -- each other.
  for v_repository in
    select r.* from private.repositories r
    where r.id in (select i.repository_id from jsonb_to_recordset(v_given) as i (repository_id bigint))
    order by r.id for no key update
  loop
    -- Several words about one thing take turns, in the order in which they came.
    for v_items in
      select jsonb_agg(said.item order by said.index)
      from (
        select item, (item ->> 'index')::int as index, row_number() over (
          partition by case when p_kind in ('commit', 'default_branch_head') then item -> 'sha'
            else item -> 'external_id' end, item -> 'pull_request'
          order by (item ->> 'index')::int) as turn
        from jsonb_array_elements(v_given) as item
        where (item ->> 'repository_id')::bigint = v_repository.id
      ) said
      group by said.turn order by said.turn
    loop
      v_before := case when p_count_duplicates then private.delivery_texts(v_repository.id, p_kind, v_items) end;
      v_refused := private.store_delivery_items(v_repository, p_kind, v_items);
      v_rejected := v_rejected || v_refused;
      continue when v_before is null or v_before = '{}';
      v_after := private.delivery_texts(v_repository.id, p_kind, v_items);
      v_duplicates := v_duplicates + (
        select count(*)
        from jsonb_array_elements(v_items) as item
        cross join lateral (select private.delivery_key(item) as key) known
        where v_before ->> known.key = v_after ->> known.key
          and not exists (select from jsonb_array_elements(v_refused) as one where one -> 'index' = item -> 'index'));
    end loop;
  end loop;
  return jsonb_build_object(
    'stored', jsonb_array_length(p_items) - jsonb_array_length(v_rejected),
    'rejected', (select coalesce(jsonb_agg(r.value order by (r.value ->> 'index')::int), '[]')
      from jsonb_array_elements(v_rejected) as r))
    || case when p_count_duplicates then jsonb_build_object('duplicates', v_duplicates) else '{}' end;
end $$;
comment on function public.store_delivery(uuid, text, jsonb, boolean) is
  'Stores items of one kind (repository, commit, default_branch_head, pull_request, review, deployment, incident, '
  'release, branches) of an organization, in any order, any number of times; answers {stored, duplicates (of those '
  'stored how many said nothing new, of posted kinds and if asked), rejected: [{index, code, message}]}. A bad item '
  'costs no other.';

revoke execute
on function private.store_delivery_items(private.repositories, text, jsonb),
private.names_repository(jsonb),
private.delivery_key(jsonb),
private.delivery_texts(bigint, text, jsonb),
public.store_delivery(uuid, text, jsonb, boolean)
from public, anon, authenticated;
grant execute on function public.store_delivery(uuid, text, jsonb, boolean) to authenticated, service_role;
