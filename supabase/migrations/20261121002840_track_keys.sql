-- Under load the function that takes events asks only now and then whose a key is, and remembers the answer for seconds. So that a key
-- ends at once all the same, the transaction that writes events looks at it again.

create or replace function private.event_organization(p_org_id uuid, p_to_write boolean) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_org_id uuid := coalesce(p_org_id, (select private.confined_to()), (
    select u.org_id from public.users u where u.auth_user_id = (select auth.uid())));
  v_key_id text := private.caller_key_id();
  v_refusal text;
begin
  if v_org_id is null then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'org_id: is required';
  end if;
  if v_key_id is not null then
    select case when k.id is null then 'wrong_credential' when k.revoked_at is not null then 'revoked_key'
      when k.expires_at <= now() then 'expired_key' end
    into v_refusal
    from (select v_key_id as id) given left join public.api_keys k on k.id = given.id;
    if v_refusal is not null then
      raise exception using errcode = 'LL403', message = v_refusal, detail = 'This key is no longer valid';
    end if;
  end if;
  perform private.require_role(v_org_id, case when p_to_write
    then '{owner,admin,member}'::public.member_role[] else enum_range(null::public.member_role) end);
  return v_org_id;
end $$;
comment on function private.event_organization(uuid, boolean) is
  'The organization a call about events is for: the one named, the one it is confined to, or the person''s own; refused unless theirs, or when the call''s key has ended.';

alter function public.track_events(uuid, jsonb) set plan_cache_mode = force_generic_plan;
