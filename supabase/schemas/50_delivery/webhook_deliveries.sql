-- What GitHub's webhooks say: stored as it came before anything is made of it, so that nothing is lost when that
-- fails. A delivery is for every organization that has shown it may read the repository; never for who merely names
-- it.

create table private.webhook_deliveries (
  delivery_id text primary key check (char_length(delivery_id) between 1 and 100),
  event text not null check (char_length(event) between 1 and 100),
  repository_github_id bigint,
  payload jsonb not null,
  state text not null default 'received' check (state in ('received', 'processed', 'unrouted', 'failed')),
  reason text,
  attempts smallint not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);
comment on table private.webhook_deliveries is 'GitHub''s webhook deliveries as they came.';
comment on column private.webhook_deliveries.state is
  'unrouted: no organization has proved access to the repository yet; applied when one does within thirty days.';
create index webhook_deliveries_received_idx on private.webhook_deliveries (received_at) where state = 'received';
create index webhook_deliveries_unrouted_idx on private.webhook_deliveries (repository_github_id)
where state = 'unrouted';
create index webhook_deliveries_age_idx on private.webhook_deliveries (received_at);

alter table private.webhook_deliveries enable row level security;
revoke all on private.webhook_deliveries from public, anon, authenticated, service_role;

-- Security definer, these and all below: only the service may, and nobody has rights on the table.
create function public.store_webhook_delivery(p_delivery_id text, p_event text, p_payload jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.webhook_deliveries (delivery_id, event, repository_github_id, payload)
  values (
    p_delivery_id, p_event,
    case when jsonb_typeof(p_payload #> '{repository,id}') = 'number'
      then (p_payload #>> '{repository,id}')::bigint end, p_payload)
  on conflict do nothing;
  return jsonb_build_object('duplicate', not found);
end $$;
comment on function public.store_webhook_delivery(text, text, jsonb) is 'Keeps a delivery as it came, once.';

create function private.webhook_targets(p_repository_github_id bigint)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('org_id', j.org_id, 'job_id', j.id, 'repository', j.repository,
    'settings', j.settings) order by j.org_id)
  from private.etl_jobs j where j.repository_github_id = p_repository_github_id and j.proved_at is not null
$$;
comment on function private.webhook_targets(bigint) is
  'The jobs that have proved access to a repository; null when none has.';

create function private.fail_delivery(
  p_delivery private.webhook_deliveries,
  p_target jsonb,
  p_code text,
  p_reason text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_letter private.etl_dead_letters;
begin
  v_letter.org_id := (p_target ->> 'org_id')::uuid;
  v_letter.job_id := (p_target ->> 'job_id')::uuid;
  v_letter.delivery_id := p_delivery.delivery_id;
  v_letter.key := 'delivery/' || p_delivery.delivery_id;
  v_letter.code := p_code;
  v_letter.reason := p_reason;
  perform private.keep_dead_letter(v_letter);
end $$;
comment on function private.fail_delivery(private.webhook_deliveries, jsonb, text, text) is
  'Makes a dead letter of a delivery, for one organization.';

create function public.claim_webhook_deliveries(p_limit int, p_delivery_id text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delivery private.webhook_deliveries;
  v_targets jsonb;
  v_claimed jsonb := '[]'::jsonb;
  v_tries constant int := 5;
begin
  for v_delivery in
    select d.* from private.webhook_deliveries d
    where d.state = 'received' and (d.lease_until is null or d.lease_until < now())
      and (p_delivery_id is null or d.delivery_id = p_delivery_id)
    order by d.received_at limit p_limit
    for update skip locked
  loop
    v_targets := private.webhook_targets(v_delivery.repository_github_id);
    if v_delivery.repository_github_id is null then
      update private.webhook_deliveries set state = 'processed', reason = 'It is about no repository',
        processed_at = now()
      where delivery_id = v_delivery.delivery_id;
    elsif v_targets is null then
      update private.webhook_deliveries set state = 'unrouted',
        reason = 'No job has read this repository to the end yet'
      where delivery_id = v_delivery.delivery_id;
    elsif v_delivery.attempts >= v_tries then
      update private.webhook_deliveries set state = 'failed', reason = format('Given up after %s tries', v_tries),
        lease_token = null, lease_until = null
      where delivery_id = v_delivery.delivery_id;
      perform private.fail_delivery(v_delivery, target, 'given_up', format('Given up after %s tries', v_tries))
      from jsonb_array_elements(v_targets) as target;
    else
      update private.webhook_deliveries d set
        attempts = d.attempts + 1, lease_token = gen_random_uuid(), lease_until = now() + interval '2 minutes'
      where d.delivery_id = v_delivery.delivery_id returning * into v_delivery;
      v_claimed := v_claimed || jsonb_build_object(
        'delivery_id', v_delivery.delivery_id, 'event', v_delivery.event, 'payload', v_delivery.payload,
        'lease_token', v_delivery.lease_token, 'targets', v_targets);
    end if;
  end loop;
  return v_claimed;
end $$;
comment on function public.claim_webhook_deliveries(int, text) is
  'Takes deliveries that wait, or this one, for two minutes, each with the jobs it is for. One that nobody could '
  'finish five times is given up.';

create function public.finish_webhook_delivery(p_delivery_id text, p_lease_token uuid, p_results jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_delivery private.webhook_deliveries;
  v_result jsonb;
  v_counts jsonb;
  v_stored int := 0;
  v_rejected int := 0;
  v_failed int := 0;
begin
  select d.* into v_delivery from private.webhook_deliveries d
  where d.delivery_id = p_delivery_id and d.lease_token = p_lease_token for update;
  if v_delivery.delivery_id is null then
    raise exception using errcode = 'LL409', message = 'conflict', detail = 'The lease is another worker''s by now';
  end if;
  for v_result in select * from jsonb_array_elements(p_results) loop
    if v_result ? 'error' then
      v_failed := v_failed + 1;
      perform private.fail_delivery(v_delivery, v_result, 'unreadable', v_result ->> 'error');
      continue;
    end if;
    begin
      -- A push says less of a commit than a sync does, and would take back what is known: its parents, when it was
      -- written.
      v_counts := private.store_or_keep((v_result ->> 'org_id')::uuid, (v_result ->> 'job_id')::uuid, p_delivery_id, (
        select coalesce(jsonb_agg(case when g ->> 'kind' <> 'commit' then g else jsonb_set(g, '{items}', (
          select coalesce(jsonb_agg(item), '[]') from jsonb_array_elements(g -> 'items') as item
          where not exists (
            select from private.repositories r join private.commits c on c.repository_id = r.id
            where r.org_id = (v_result ->> 'org_id')::uuid and r.github_id = v_delivery.repository_github_id
              and c.sha = item ->> 'sha'
              and c.on_default_branch)
        )) end), '[]')
        from jsonb_array_elements(v_result -> 'groups') as g));
      v_stored := v_stored + (v_counts ->> 'stored')::int;
      v_rejected := v_rejected + (v_counts ->> 'rejected')::int;
      update private.etl_dead_letters set state = 'resolved', updated_at = now()
      where org_id = (v_result ->> 'org_id')::uuid and key = 'delivery/' || p_delivery_id;
      if (v_result ->> 'nudge')::boolean then
        update private.etl_jobs j set
          nudged_at = now(),
          next_run_at = case when j.lease_token is null and j.state <> 'READY'
            then least(j.next_run_at, now() + interval '1 minute') else j.next_run_at end
        where j.id = (v_result ->> 'job_id')::uuid and j.active;
      end if;
    exception when others then
      -- Whatever is wrong for one organization costs the others nothing, and is kept with its reason.
      v_failed := v_failed + 1;
      perform private.fail_delivery(v_delivery, v_result, 'not_stored', sqlerrm);
    end;
  end loop;
  update private.webhook_deliveries set
    state = case when v_failed = 0 then 'processed'
      else 'failed' end, processed_at = now(), lease_token = null, lease_until = null,
    reason = case when v_failed > 0 then format('Not stored for %s of %s organizations', v_failed,
      jsonb_array_length(p_results)) end
  where delivery_id = p_delivery_id;
  return jsonb_build_object('stored', v_stored, 'rejected', v_rejected, 'failed', v_failed);
end $$;
comment on function public.finish_webhook_delivery(text, uuid, jsonb) is
  'Stores what a delivery means to each organization, [{org_id, job_id, groups, nudge} or {org_id, job_id, error}]; '
  'what cannot be becomes a dead letter.';

create function private.route_deliveries_to(p_repository_github_id bigint)
returns void
language sql
volatile
set search_path = ''
as $$
  update private.webhook_deliveries set state = 'received', reason = null
  where state = 'unrouted' and repository_github_id = p_repository_github_id
$$;
comment on function private.route_deliveries_to(bigint) is
  'Has the deliveries about a repository processed that waited for somebody to prove access.';

revoke execute
on function public.store_webhook_delivery(text, text, jsonb),
private.webhook_targets(bigint),
private.fail_delivery(private.webhook_deliveries, jsonb, text, text),
public.claim_webhook_deliveries(int, text),
public.finish_webhook_delivery(text, uuid, jsonb),
private.route_deliveries_to(bigint)
from public, anon, authenticated;
grant execute
on function public.store_webhook_delivery(text, text, jsonb),
public.claim_webhook_deliveries(int, text),
public.finish_webhook_delivery(text, uuid, jsonb)
to service_role;
