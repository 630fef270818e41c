-- Taking back what was said of delivery: a thing that was posted by mistake goes, and what followed from it is worked
-- out again. Said once more, it is there once more.

create function private.delete_commit(p_repository_id bigint, p_sha text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[] := array(select private.reachable(p_repository_id, p_sha));
begin
  -- What it is built on may have been deployed through it alone.
  delete from private.deployed_commits f using (select distinct unnest(v_shas) as sha) lost
  where f.sha = lost.sha and f.repository_id = p_repository_id;
  delete from private.commit_parents e where e.sha = p_sha and e.repository_id = p_repository_id;
  delete from private.commits c where c.sha = p_sha and c.repository_id = p_repository_id;
  if not found then
    return false;
  end if;
  v_shas := v_shas || private.name_deployed_commits(p_repository_id, array[p_sha]);
  perform private.follow_up_commits(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_commit(bigint, text) is 'Takes a commit back; answers whether there was one.';

create function private.delete_deployment(p_repository_id bigint, p_external_id text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
  v_id bigint := (
    select d.id from private.deployments d where d.repository_id = p_repository_id and d.external_id = p_external_id);
begin
  with withdrawn as (
    delete from private.deployed_commits f where f.deployment_id = v_id returning f.sha
  )
  select array(select sha from withdrawn) into v_shas;
  delete from private.deployments d where d.id = v_id;
  if not found then
    return false;
  end if;
  v_shas := v_shas || private.trace_deployments(p_repository_id, v_shas);
  perform private.refresh_changes(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_deployment(bigint, text) is
  'Takes a deployment back: what it had first, a later one has first; answers whether there was one.';

create function private.delete_pull_request(p_repository_id bigint, p_external_id text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_shas text[];
  v_id bigint := (
    select p.id from private.pull_requests p where p.repository_id = p_repository_id and p.external_id = p_external_id);
begin
  with freed as (
    update private.commits c set pull_request_id = null where c.pull_request_id = v_id returning c.sha
  )
  select array(
    select sha from freed
    union select b.sha from private.pull_request_commits b where b.pull_request_id = v_id
    union select p.merge_commit_sha from private.pull_requests p where p.id = v_id and p.merge_commit_sha is not null
  ) into v_shas;
  delete from private.pull_requests p where p.id = v_id;
  if not found then
    return false;
  end if;
  perform private.link_commits(p_repository_id, v_shas);
  perform private.refresh_changes(p_repository_id, v_shas);
  return true;
end $$;
comment on function private.delete_pull_request(bigint, text) is
  'Takes a pull request back, with its reviews; answers whether there was one.';

-- Security definer, as public.store_delivery.
create function public.delete_delivery(
  p_kind text,
  p_repository text,
  p_key text,
  p_org_id uuid default null,
  p_pull_request text default null
)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, true);
  v_repository_id bigint;
  v_found boolean := false;
begin
  select r.id into v_repository_id from private.repositories r
  where r.org_id = v_org_id and lower(r.full_name) = lower(p_repository) for no key update;
  case p_kind
    when 'commit' then v_found := private.delete_commit(v_repository_id, lower(p_key));
    when 'deployment' then v_found := private.delete_deployment(v_repository_id, p_key);
    when 'pull_request' then v_found := private.delete_pull_request(v_repository_id, p_key);
    when 'incident' then
      delete from private.incidents i where i.repository_id = v_repository_id and i.external_id = p_key;
      v_found := found;
    when 'review' then
      delete from private.reviews v using private.pull_requests p
      where p.repository_id = v_repository_id and p.external_id = p_pull_request and v.pull_request_id = p.id
        and v.external_id = p_key;
      v_found := found;
    else raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'kind: is unknown';
  end case;
  if not v_found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'Nothing is known by this name';
  end if;
  if p_kind in ('commit', 'deployment', 'pull_request') then
    perform private.note_first_deployments(v_repository_id);
    perform private.refresh_rollbacks(v_repository_id, '-infinity');
    perform private.relink_incidents(v_repository_id, '-infinity');
  end if;
end $$;
comment on function public.delete_delivery(text, text, text, uuid, text) is
  'Takes back one thing of a kind (commit, deployment, pull_request, review, incident) by its sha or external_id, '
  'and works out again what followed from it; 404 when there is none.';

revoke execute
on function private.delete_commit(bigint, text),
private.delete_deployment(bigint, text),
private.delete_pull_request(bigint, text),
public.delete_delivery(text, text, text, uuid, text)
from public, anon, authenticated;
grant execute on function public.delete_delivery(text, text, text, uuid, text) to authenticated, service_role;
