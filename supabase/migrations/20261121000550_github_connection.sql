-- Tokens of connected products are written by the functions with the service key, past row-level security, so who may do that for
-- whom is asked here first, with the caller's own rights.

create function public.data_source_subject(p_email text default null, p_to_change boolean default false) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_user_id uuid := (private.subject(p_email)).user_id;
  v_org_id uuid := (select u.org_id from public.users u where u.id = v_user_id);
begin
  if p_to_change and (select auth.uid()) is not null then
    if v_user_id is distinct from private.my_user_id() then
      raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Only your own connection may be changed';
    end if;
    if v_org_id not in (
      select private.my_organization_ids(array['owner', 'admin', 'member']::public.member_role[])
    ) then
      raise exception using errcode = 'LL403', message = 'forbidden', detail = 'A viewer may not change connections';
    end if;
  end if;
  return jsonb_build_object('user_id', v_user_id, 'org_id', v_org_id);
end $$;
comment on function public.data_source_subject(text, boolean) is
  'The person whose connected products are meant, if the caller may see them; to change them a signed-in caller must be that person and no viewer.';

revoke execute on function public.data_source_subject(text, boolean) from public, anon, authenticated;
grant execute on function public.data_source_subject(text, boolean) to authenticated, service_role;
