-- Deployments that went back to what had been there before.

create function private.first_deployed_at(p_repository_id bigint, p_environment text, p_sha text)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (select f.deployed_at from private.deployed_commits f
    where f.sha = p_sha and f.repository_id = p_repository_id and f.environment = p_environment),
    (select min(d.finished_at) from private.deployments d
    where d.sha = p_sha and d.repository_id = p_repository_id and d.environment = p_environment
      and d.status = 'success'))
$$;
comment on function private.first_deployed_at(bigint, text, text) is
  'When a commit was first in an environment, as part of whatever was built on it if the commit is known.';

create function private.refresh_rollbacks(p_repository_id bigint, p_since timestamptz)
returns void
language sql
volatile
set search_path = ''
set enable_seqscan = off
as $$
  with judged as (
    select d.id, (
      -- Of two commits that came together, neither being deployed before, the one committed first is the older.
      select own.at < theirs.at or own.at = theirs.at and (
          select c.committed_at from private.commits c where c.sha = d.sha and c.repository_id = p_repository_id) < (
          select c.committed_at from private.commits c where c.sha = was.sha and c.repository_id = p_repository_id)
      from (
        select p.sha from private.deployments p
        where p.repository_id = d.repository_id and p.environment = d.environment and p.status = 'success'
          and p.sha <> d.sha and (p.finished_at, p.external_id) < (d.finished_at, d.external_id)
        order by p.finished_at desc, p.external_id desc limit 1
      ) was
      cross join lateral (select private.first_deployed_at(p_repository_id, d.environment, d.sha) as at) own
      cross join lateral (select private.first_deployed_at(p_repository_id, d.environment, was.sha) as at) theirs
    ) as is_rollback
    from private.environments e
    join private.deployments d on d.repository_id = e.repository_id and d.environment = e.name and d.status = 'success'
    where e.repository_id = p_repository_id and d.finished_at >= p_since
  )
  update private.deployments d set is_rollback = coalesce(judged.is_rollback, false)
  from judged where d.id = judged.id and d.is_rollback <> coalesce(judged.is_rollback, false)
$$;
comment on function private.refresh_rollbacks(bigint, timestamptz) is
  'Tells which of the deployments since a time went back to a commit that had been in the environment before what '
  'they replaced.';

revoke execute
on function private.first_deployed_at(bigint, text, text), private.refresh_rollbacks(bigint, timestamptz)
from public, anon, authenticated;
