-- Who wants the digest: people choose in the settings, by a link in the mail, or the mail provider reports that they cannot or do
-- not want to be reached.

create function private.digest_preference_subject(p_email text) returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  v_user_id uuid := (private.subject(p_email)).user_id;
begin
  if (select auth.uid()) is not null and v_user_id is distinct from (select private.my_user_id()) then
    raise exception using errcode = 'LL403', message = 'forbidden', detail = 'Preferences are personal';
  end if;
  return v_user_id;
end $$;
comment on function private.digest_preference_subject(text) is 'The person whose preference the caller may see and change.';

create function public.digest_preference(p_email text default null) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_user_id uuid := private.digest_preference_subject(p_email);
begin
  return (
    select jsonb_build_object('email', u.email, 'enabled', coalesce(p.enabled, true),
      'suppressed_reason', p.suppressed_reason, 'updated_at', p.updated_at,
      'schedule', jsonb_build_object('weekday', o.digest_weekday, 'hour', o.digest_hour, 'time_zone', o.time_zone))
    from public.users u
    join public.organizations o on o.id = u.org_id
    left join public.digest_preferences p on p.user_id = u.id
    where u.id = v_user_id);
end $$;
comment on function public.digest_preference(text) is 'Whether a person gets the digest, why not, and when it is due.';

create function public.set_digest_preference(p_enabled boolean, p_email text default null) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_user_id uuid := private.digest_preference_subject(p_email);
begin
  insert into public.digest_preferences (user_id, enabled) values (v_user_id, p_enabled)
  on conflict (user_id) do update set enabled = excluded.enabled;
  return public.digest_preference(p_email);
end $$;
comment on function public.set_digest_preference(boolean, text) is 'Turns a person''s digest on or off and answers the preference.';

create function private.suppress_digest(p_user_id uuid, p_reason text) returns void
language sql volatile set search_path = ''
as $$
  insert into public.digest_preferences (user_id, enabled, suppressed_reason)
  select u.id, false, p_reason from public.users u where u.id = p_user_id
  on conflict (user_id) do update set enabled = false, suppressed_reason = excluded.suppressed_reason
$$;
comment on function private.suppress_digest(uuid, text) is 'Turns a person''s digest off for a reason.';

create function public.digest_unsubscribe(p_user_id uuid) returns void
language sql volatile set search_path = ''
as $$ select private.suppress_digest(p_user_id, 'unsubscribed') $$;
comment on function public.digest_unsubscribe(uuid) is 'Turns the digest off for the person an unsubscribe link was signed for.';

create function public.digest_event(
  p_id text, p_type text, p_occurred_at timestamptz default null, p_digest_id uuid default null,
  p_message_id text default null, p_suppress text default null
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  v_digest public.digests;
begin
  select * into v_digest from public.digests d where d.id = p_digest_id or d.provider_message_id = p_message_id
  order by (d.id = p_digest_id) desc nulls last limit 1;
  insert into public.digest_events (id, digest_id, type, occurred_at)
  values (p_id, v_digest.id, p_type, p_occurred_at)
  on conflict (id) do nothing;
  if not found then
    return jsonb_build_object('duplicate', true);
  end if;
  if p_suppress is not null and v_digest.id is not null then
    perform private.suppress_digest(v_digest.user_id, p_suppress);
  end if;
  return jsonb_build_object('duplicate', false);
end $$;
comment on function public.digest_event(text, text, timestamptz, uuid, text, text) is
  'Keeps a delivery event once and, if it says so, turns the digest off for its recipient: {duplicate}.';

revoke execute on function
  private.digest_preference_subject(text), public.digest_preference(text), public.set_digest_preference(boolean, text),
  private.suppress_digest(uuid, text), public.digest_unsubscribe(uuid),
  public.digest_event(text, text, timestamptz, uuid, text, text)
  from public, anon, authenticated;
grant execute on function
  private.digest_preference_subject(text), public.digest_preference(text), public.set_digest_preference(boolean, text)
  to authenticated, service_role;
grant execute on function
  private.suppress_digest(uuid, text), public.digest_unsubscribe(uuid),
  public.digest_event(text, text, timestamptz, uuid, text, text)
  to service_role;
