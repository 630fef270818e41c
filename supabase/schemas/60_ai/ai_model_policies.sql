-- Which models the repositories of an organization are meant to use.

create table private.ai_model_policies (
  org_id uuid not null references public.organizations (id)
    on delete cascade,
  repository text not null check (char_length(repository) between 1 and 200 and repository = lower(repository)),
  models text[] not null check (cardinality(models) between 1 and 100),
  updated_at timestamptz not null default now(),
  primary key (org_id, repository)
);
comment on table private.ai_model_policies is
  'Which models a repository''s sessions are meant to use; * stands for anything.';

alter table private.ai_model_policies enable row level security;
create policy "members read what belongs to their organization" on private.ai_model_policies
for select
to authenticated
using (org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_model_policies from public, anon, authenticated, service_role;
grant select on private.ai_model_policies to authenticated, service_role;

create trigger audit_ai_model_policies
after insert or update or delete on private.ai_model_policies
for each row
execute function private.audit_change('ai_model_policy', 'repository');

create function public.ai_model_policies(p_org_id uuid, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return jsonb_build_object(
    'total_count', (select count(*) from private.ai_model_policies p where p.org_id = v_org_id),
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'repository', page.repository, 'models', page.models, 'updated_at', page.updated_at) order by page.repository),
          '[]')
      from (
        select * from private.ai_model_policies p where p.org_id = v_org_id
        order by p.repository limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
      ) page));
end $$;
comment on function public.ai_model_policies(uuid, int, int) is
  'A page of which models the repositories of an organization are meant to use.';

-- Security definer: nobody may write policies but through here.
create function public.set_ai_model_policy(p_org_id uuid, p_repository text, p_models text[])
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_policy private.ai_model_policies;
begin
  perform from public.organizations o where o.id = v_org_id for no key update;
  if (select count(*) from private.ai_model_policies p
    where p.org_id = v_org_id and p.repository <> lower(p_repository)) >= 1000 then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'repository: there are 1,000 policies already';
  end if;
  insert into private.ai_model_policies as kept (org_id, repository, models)
    values (v_org_id, lower(p_repository), p_models)
  on conflict (org_id, repository) do update set models = excluded.models, updated_at = now()
  returning * into v_policy;
  return jsonb_build_object('repository', v_policy.repository, 'models', v_policy.models,
    'updated_at', v_policy.updated_at);
end $$;
comment on function public.set_ai_model_policy(uuid, text, text[]) is
  'Says which models a repository is meant to use; * stands for any characters.';

create function public.delete_ai_model_policy(p_org_id uuid, p_repository text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  delete from private.ai_model_policies p where p.org_id = v_org_id and p.repository = lower(p_repository);
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'The repository has no policy';
  end if;
end $$;
comment on function public.delete_ai_model_policy(uuid, text) is 'Ends a repository''s policy.';

revoke execute
on function public.ai_model_policies(uuid, int, int),
public.set_ai_model_policy(uuid, text, text[]),
public.delete_ai_model_policy(uuid, text)
from public, anon, authenticated;
grant execute
on function public.ai_model_policies(uuid, int, int),
public.set_ai_model_policy(uuid, text, text[]),
public.delete_ai_model_policy(uuid, text)
to authenticated, service_role;
