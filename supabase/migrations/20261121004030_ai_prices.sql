-- What models cost, as far as everybody pays the same, and what an organization says they cost it; and which models its repositories are
-- meant to use. The seeded prices are the providers' list prices as published by November 2026, for requests of ordinary length, cache writes
-- of five minutes, from about when they applied. What a provider charges beyond that (long prompts, batches, other regions) is an
-- organization's own price.

insert into private.ai_prices (model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd) values
  ('claude-fable-5-1', '2026-09-01', 10, 50, 0.25, 12.5),
  ('claude-fable-5', '2026-01-01', 10, 50, 1, 12.5),
  ('claude-opus-5-5', '2026-09-22', 4, 20, 0.2, 5),
  ('claude-opus-5', '2026-07-24', 5, 25, 0.5, 6.25),
  ('claude-opus-4-8', '2026-05-01', 5, 25, 0.5, 6.25),
  ('claude-opus-4-7', '2026-03-01', 5, 25, 0.5, 6.25),
  ('claude-opus-4-6', '2026-01-01', 5, 25, 0.5, 6.25),
  ('claude-opus-4-5', '2025-11-01', 5, 25, 0.5, 6.25),
  ('claude-opus-4-1', '2025-08-01', 15, 75, 1.5, 18.75),
  ('claude-opus-4', '2025-05-01', 15, 75, 1.5, 18.75),
  ('claude-opus-4-0', '2025-05-01', 15, 75, 1.5, 18.75),
  ('claude-sonnet-5-5', '2026-09-28', 2, 10, 0.2, 2.5),
  ('claude-sonnet-5-5', '2026-10-07', 2, 10, 0.1, 2.5),
  ('claude-sonnet-5', '2026-01-01', 2, 10, 0.2, 2.5),
  ('claude-sonnet-4-6', '2026-01-01', 3, 15, 0.3, 3.75),
  ('claude-sonnet-4-5', '2025-09-01', 3, 15, 0.3, 3.75),
  ('claude-sonnet-4', '2025-05-01', 3, 15, 0.3, 3.75),
  ('claude-sonnet-4-0', '2025-05-01', 3, 15, 0.3, 3.75),
  ('claude-3-7-sonnet', '2025-02-01', 3, 15, 0.3, 3.75),
  ('claude-haiku-5-5', '2026-10-07', 0.1, 0.5, 0.01, 0.125),
  ('claude-haiku-4-5', '2025-10-01', 1, 5, 0.1, 1.25),
  ('claude-3-5-haiku', '2024-11-01', 0.8, 4, 0.08, 1),
  ('gpt-6.1-sol', '2026-09-29', 2, 10, 0.1, 2.5),
  ('gpt-6-sol', '2026-09-22', 2, 10, 0.2, 2.5),
  ('gpt-6-luna', '2026-09-22', 0.1, 0.5, 0.01, 0.125),
  ('gpt-6-astra', '2026-09-03', 10, 50, 1, null),
  ('gpt-5.6-terra', '2026-07-30', 2, 12, 0.2, null),
  ('gpt-5.6-luna', '2026-07-30', 0.2, 1.2, 0.02, null),
  ('gpt-5.5', '2026-04-01', 5, 30, 0.5, null),
  ('gpt-5.5-pro', '2026-04-01', 30, 180, null, null),
  ('gpt-5.4', '2026-03-01', 2.5, 15, 0.25, null),
  ('gpt-5.4-mini', '2026-03-01', 0.75, 4.5, 0.075, null),
  ('gpt-5.4-nano', '2026-03-01', 0.2, 1.25, 0.02, null),
  ('gpt-5.4-pro', '2026-03-01', 30, 180, null, null),
  ('gpt-5.1', '2025-11-01', 1.25, 10, 0.125, null),
  ('gpt-5', '2025-08-01', 1.25, 10, 0.125, null),
  ('gpt-5-codex', '2025-09-01', 1.25, 10, 0.125, null),
  ('gpt-5-mini', '2025-08-01', 0.25, 2, 0.025, null),
  ('gpt-5-nano', '2025-08-01', 0.05, 0.4, 0.005, null),
  ('gpt-4.1', '2025-04-01', 2, 8, 0.5, null),
  ('gpt-4.1-mini', '2025-04-01', 0.4, 1.6, 0.1, null),
  ('gpt-4.1-nano', '2025-04-01', 0.1, 0.4, 0.025, null),
  ('gpt-4o', '2024-10-01', 2.5, 10, 1.25, null),
  ('gpt-4o-mini', '2024-07-01', 0.15, 0.6, 0.075, null),
  ('o3', '2025-06-01', 2, 8, 0.5, null),
  ('o4-mini', '2025-04-01', 1.1, 4.4, 0.275, null),
  ('gemini-3.5-flash', '2026-05-19', 1.5, 9, 0.15, null),
  ('gemini-3.1-pro', '2026-02-19', 2, 12, 0.2, null),
  ('gemini-3.1-flash-lite', '2026-05-07', 0.25, 1.5, 0.025, null),
  ('gemini-3-flash', '2025-12-01', 0.5, 3, 0.05, null),
  ('gemini-3-pro', '2025-11-01', 2, 12, 0.2, null),
  ('gemini-2.5-pro', '2025-06-01', 1.25, 10, 0.125, null),
  ('gemini-2.5-flash', '2025-06-01', 0.3, 2.5, 0.03, null),
  ('gemini-2.5-flash-lite', '2025-07-01', 0.1, 0.4, 0.01, null);

create function private.ai_price_json(p_price private.ai_prices) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'model', p_price.model, 'valid_from', p_price.valid_from, 'own', p_price.org_id is not null,
    'input_usd', p_price.input_usd, 'output_usd', p_price.output_usd, 'cache_read_usd', p_price.cache_read_usd,
    'cache_write_usd', p_price.cache_write_usd)
$$;
comment on function private.ai_price_json(private.ai_prices) is 'A price as the API shows it, in US dollars per million tokens.';

create function public.ai_prices(p_org_id uuid, p_model text) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    select coalesce(jsonb_agg(private.ai_price_json(p) order by p.model, p.valid_from desc, p.org_id is null), '[]')
    from private.ai_prices p
    where (p.org_id = v_org_id or p.org_id is null) and p.retired_at is null
      and (p_model is null or p.model = any (private.ai_model_names(p_model))));
end $$;
comment on function public.ai_prices(uuid, text) is 'The prices that apply to an organization, of all models or those that a name may mean.';

-- Security definer: nobody may write prices but through here.
create function public.set_ai_price(p_org_id uuid, p_price jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_new private.ai_prices := jsonb_populate_record(null::private.ai_prices, p_price);
begin
  -- One after the other: of two at once, the second retires the first's.
  perform from public.organizations o where o.id = v_org_id for no key update;
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = v_new.model and p.valid_from = v_new.valid_from and p.retired_at is null;
  if not found and (select count(*) from private.ai_prices p where p.org_id = v_org_id and p.retired_at is null) >= 1000 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'model: there are 1,000 prices of your own already';
  end if;
  insert into private.ai_prices (org_id, model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd)
  values (v_org_id, v_new.model, v_new.valid_from, v_new.input_usd, v_new.output_usd, v_new.cache_read_usd, v_new.cache_write_usd)
  returning * into v_new;
  return private.ai_price_json(v_new);
end $$;
comment on function public.set_ai_price(uuid, jsonb) is
  'Sets the organization''s own price of a model from a day on: {model, valid_from, input_usd, output_usd, cache_read_usd?, cache_write_usd?}. Calls that are stored keep theirs.';

create function public.delete_ai_price(p_org_id uuid, p_model text, p_valid_from date) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = lower(p_model) and p.valid_from = p_valid_from and p.retired_at is null;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found', detail = 'The organization has no such price of its own';
  end if;
end $$;
comment on function public.delete_ai_price(uuid, text, date) is 'Ends an organization''s own price. Calls that are stored keep it.';

create function public.ai_model_policies(p_org_id uuid) returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'repository', p.repository, 'models', p.models, 'updated_at', p.updated_at) order by p.repository), '[]')
    from private.ai_model_policies p where p.org_id = v_org_id);
end $$;
comment on function public.ai_model_policies(uuid) is 'Which models the repositories of an organization are meant to use.';

-- Security definer: nobody may write policies but through here.
create function public.set_ai_model_policy(p_org_id uuid, p_repository text, p_models text[]) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_policy private.ai_model_policies;
begin
  perform from public.organizations o where o.id = v_org_id for no key update;
  if (select count(*) from private.ai_model_policies p where p.org_id = v_org_id and p.repository <> lower(p_repository)) >= 1000 then
    raise exception using errcode = 'LL422', message = 'validation_failed', detail = 'repository: there are 1,000 policies already';
  end if;
  insert into private.ai_model_policies as kept (org_id, repository, models) values (v_org_id, lower(p_repository), p_models)
  on conflict (org_id, repository) do update set models = excluded.models, updated_at = now()
  returning * into v_policy;
  return jsonb_build_object('repository', v_policy.repository, 'models', v_policy.models, 'updated_at', v_policy.updated_at);
end $$;
comment on function public.set_ai_model_policy(uuid, text, text[]) is
  'Says which models a repository is meant to use; * stands for any characters.';

create function public.delete_ai_model_policy(p_org_id uuid, p_repository text) returns void
language plpgsql volatile security definer set search_path = ''
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

create trigger audit_ai_prices
  after insert or update of retired_at on private.ai_prices
  for each row when (new.org_id is not null) execute function private.audit_change('ai_price', 'id');
create trigger audit_ai_model_policies
  after insert or update or delete on private.ai_model_policies
  for each row execute function private.audit_change('ai_model_policy', 'repository');

revoke execute on function
  private.ai_price_json(private.ai_prices), public.ai_prices(uuid, text),
  public.set_ai_price(uuid, jsonb), public.delete_ai_price(uuid, text, date), public.ai_model_policies(uuid),
  public.set_ai_model_policy(uuid, text, text[]), public.delete_ai_model_policy(uuid, text)
  from public, anon, authenticated;
grant execute on function
  public.ai_prices(uuid, text), public.set_ai_price(uuid, jsonb), public.delete_ai_price(uuid, text, date),
  public.ai_model_policies(uuid), public.set_ai_model_policy(uuid, text, text[]), public.delete_ai_model_policy(uuid, text)
  to authenticated, service_role;
grant execute on function private.ai_price_json(private.ai_prices), private.ai_model_names(text) to authenticated, service_role;
