-- Which digests went out, for those who wait for them. Security definer: what the provider reported afterwards is read
-- by functions only, and the errors name nothing but the mail.

create function public.digest_log(p_org_id uuid default null, p_page int default 1, p_page_size int default 20)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
  v_role public.member_role := private.require_role(v_org_id, '{owner,admin,member,viewer}');
  v_user_id uuid := case when v_role not in ('owner', 'admin') then private.my_user_id() end;
begin
  return (
    with page as (
      select d.*
      from public.digests d
      where d.org_id = v_org_id and (v_role in ('owner', 'admin') or d.user_id = v_user_id)
      order by d.week_start desc, d.created_at desc, d.id
      limit least(greatest(p_page_size, 0), 100) offset (greatest(p_page, 1)::bigint - 1) * p_page_size
    )
    select jsonb_build_object(
      'total_count', (
        select count(*) from public.digests d
        where d.org_id = v_org_id and (v_role in ('owner', 'admin') or d.user_id = v_user_id)),
      'digests', coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'email', u.email, 'week_start', page.week_start, 'state', page.state, 'attempts', page.attempts,
        'subject', page.subject,
        'error', case when page.state in ('pending', 'failed', 'expired') then page.last_error end,
        'created_at', page.created_at, 'sent_at', page.sent_at,
        'next_attempt_at', case when page.state = 'pending' then page.next_attempt_at end,
        'reported', (
          select jsonb_build_object('type', e.type, 'at', coalesce(e.occurred_at, e.received_at))
          from public.digest_events e where e.digest_id = page.id
          order by coalesce(e.occurred_at, e.received_at) desc, e.id limit 1))
        order by page.week_start desc, page.created_at desc, page.id), '[]'))
    from page join public.users u on u.id = page.user_id);
end $$;
comment on function public.digest_log(uuid, int, int) is
  'A page of the digests of an organization, the latest week first, with the last that the mail provider reported of '
  'each: {total_count, digests}. Owners and admins see everybody''s, others their own.';

revoke execute on function public.digest_log(uuid, int, int) from public, anon, authenticated;
grant execute on function public.digest_log(uuid, int, int) to authenticated, service_role;
