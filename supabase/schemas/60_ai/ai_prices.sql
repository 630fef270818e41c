-- What models cost, as far as everybody pays the same, and what an organization says they cost it.

create table private.ai_prices (
  id bigint generated always as identity primary key,
  org_id uuid references public.organizations (id)
    on delete cascade,
  model text not null check (char_length(model) between 1 and 200 and model = lower(model)),
  valid_from date not null check (valid_from between '2000-01-01' and '2100-12-31'),
  input_usd numeric(14, 6) not null check (input_usd >= 0),
  output_usd numeric(14, 6) not null check (output_usd >= 0),
  cache_read_usd numeric(14, 6) check (cache_read_usd >= 0),
  cache_write_usd numeric(14, 6) check (cache_write_usd >= 0),
  retired_at timestamptz,
  cache_write_1h_usd numeric(14, 6) check (cache_write_1h_usd >= 0),
  long_context_above bigint check (long_context_above > 0),
  long_input_factor numeric(8, 4) check (long_input_factor >= 0),
  long_output_factor numeric(8, 4) check (long_output_factor >= 0),
  batch_factor numeric(8, 4) check (batch_factor >= 0),
  priority_factor numeric(8, 4) check (priority_factor >= 0),
  fast_factor numeric(8, 4) check (fast_factor >= 0),
  source text check (char_length(source) <= 200),
  source_date date,
  input_audio_usd numeric(14, 6) check (input_audio_usd >= 0),
  input_image_usd numeric(14, 6) check (input_image_usd >= 0)
);
comment on table private.ai_prices is
  'US dollars per million tokens from a day on; an organization''s own price goes before the seeded one (org_id null).';
comment on column private.ai_prices.retired_at is
  'Since when it prices no more calls: a price that is changed stays beside its successor, because calls refer to it.';
comment on column private.ai_prices.cache_write_usd is
  'Of a cache write for five minutes, or of any where there is one price.';
comment on column private.ai_prices.long_context_above is
  'A call whose prompt, cache included, has more tokens than this costs all of its input and output times the two '
  'factors.';
comment on column private.ai_prices.batch_factor is
  'What a call in a batch, or of the flex tier, costs of the standard price; null, as for priority and fast, where '
  'it is not known.';
comment on column private.ai_prices.input_audio_usd is
  'Of what was heard, as input_image_usd of what was seen; null where it costs as any other input.';
comment on column private.ai_prices.source is 'Where the price was read, and when (source_date).';
create unique index ai_prices_key on private.ai_prices (org_id, model, valid_from)
nulls not distinct
where retired_at is null;

alter table private.ai_prices enable row level security;
create policy "members read the seeded prices and their organization's" on private.ai_prices
for select
to authenticated
using (org_id is null or org_id = any (array(select private.my_organization_ids())));
revoke all on private.ai_prices from public, anon, authenticated, service_role;
grant select on private.ai_prices to authenticated, service_role;

create trigger audit_ai_prices
after insert or update of retired_at on private.ai_prices
for each row
when (new.org_id is not null)
execute function private.audit_change('ai_price', 'id');

create function private.ai_model_names(p_model text)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- openrouter/anthropic/claude-sonnet-4.5:beta, global.anthropic.claude-sonnet-4-20250514-v1:0, gpt-4o-2024-08-06,
  -- gemini-2.5-pro-preview-06-05, gemini-2.5-flash-lite-preview-09-2025, gpt-5.1-chat-latest, claude-4.5-sonnet
  with given as (select lower(p_model) as name),
  bare as (
    select name, regexp_replace(regexp_replace(name, '^.*/', ''),
      '^([a-z]{2,8}(-gov)?\.)?'
      '(anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen|moonshot|moonshotai|google|zai)\.', '') as base
    from given
  ),
  -- Anthropic writes its versions with hyphens, and from 4 on behind the family; resellers write them with dots, or
  -- before it.
  spelled as (
    select name, base, case when base like 'claude%' then
      regexp_replace(regexp_replace(base, '(\d)\.(\d)', '\1-\2'),
        '^claude-([4-9])-(\d{1,2})-(opus|sonnet|haiku|fable|mythos)', 'claude-\3-\1-\2')
      else base end as own
    from bare
  )
  select array[name, base, own, regexp_replace(own,
    '([-@](\d{8}|\d{4}-\d{2}-\d{2}|(chat-)?latest|preview(-\d{2}-\d{2}(\d{2})?)?)|'
    '-v\d+(:\d+)?|:(beta|thinking|exacto|nitro|floor)|\[1m\])+$', '')]
  from spelled
$$;
comment on function private.ai_model_names(text) is
  'The names under which a model''s price is looked for: as it is, without the provider before it, as its maker '
  'spells it, and without the date or version after it.';

create function private.ai_call_cost(
  p_price private.ai_prices,
  p_input bigint,
  p_output bigint,
  p_cache_read bigint,
  p_cache_write bigint,
  p_cache_write_1h bigint,
  p_service_tier text,
  p_input_audio bigint default 0,
  p_input_image bigint default 0
)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case coalesce(p_service_tier, 'standard')
      when 'standard' then 1 when 'batch' then (p_price).batch_factor when 'flex' then (p_price).batch_factor
      when 'priority' then (p_price).priority_factor when 'fast' then (p_price).fast_factor end
    * (case when is_long then coalesce((p_price).long_input_factor, 1) else 1 end
        * (greatest(p_input - heard - seen, 0) * (p_price).input_usd
          + heard * coalesce((p_price).input_audio_usd, (p_price).input_usd) + seen
            * coalesce((p_price).input_image_usd, (p_price).input_usd)
          + p_cache_read * coalesce((p_price).cache_read_usd, (p_price).input_usd)
          + greatest(p_cache_write - p_cache_write_1h, 0) * coalesce((p_price).cache_write_usd, (p_price).input_usd)
          + least(p_cache_write_1h, p_cache_write)
            * coalesce((p_price).cache_write_1h_usd, (p_price).cache_write_usd, (p_price).input_usd))
      + case when is_long then coalesce((p_price).long_output_factor, 1) else 1 end * p_output
        * (p_price).output_usd) / 1000000
  from (
    select coalesce(p_input + p_cache_read + p_cache_write > (p_price).long_context_above, false) as is_long,
      -- What was heard or seen and read from the cache costs as the cache does, so no more of it than is fresh.
      least(coalesce(p_input_audio, 0), p_input) as heard,
      least(coalesce(p_input_image, 0), p_input - least(coalesce(p_input_audio, 0), p_input)) as seen
  ) size
$$;
comment on function private.ai_call_cost(
  private.ai_prices,
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
  text,
  bigint,
  bigint
) is
  'What a call costs in US dollars: null where tokens, a price, or the price of its service tier are not known. '
  'Audio and images are part of the input.';

create function private.ai_price(p_org_id uuid, p_model text, p_day date)
returns private.ai_prices
language sql
stable
set search_path = ''
as $$
  select p.* from private.ai_prices p
  join unnest(private.ai_model_names(p_model)) with ordinality as known (name, place) on known.name = p.model
  where (p.org_id = p_org_id or p.org_id is null) and p.valid_from <= p_day and p.retired_at is null
  order by p.org_id is null, known.place, p.valid_from desc limit 1
$$;
comment on function private.ai_price(uuid, text, date) is
  'The price of a model on a day: the organization''s own before the seeded one, the closest name, the latest from '
  'that day or before.';

create function private.ai_price_json(p_price private.ai_prices)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'model', p_price.model, 'valid_from', p_price.valid_from, 'own', p_price.org_id is not null,
    'input_usd', p_price.input_usd, 'output_usd', p_price.output_usd, 'cache_read_usd', p_price.cache_read_usd,
    'cache_write_usd', p_price.cache_write_usd, 'cache_write_1h_usd', p_price.cache_write_1h_usd,
    'long_context_above', p_price.long_context_above, 'long_input_factor', p_price.long_input_factor,
    'long_output_factor', p_price.long_output_factor, 'batch_factor', p_price.batch_factor,
    'priority_factor', p_price.priority_factor, 'fast_factor', p_price.fast_factor, 'input_audio_usd',
      p_price.input_audio_usd,
    'input_image_usd', p_price.input_image_usd, 'source', p_price.source, 'source_date', p_price.source_date)
$$;
comment on function private.ai_price_json(private.ai_prices) is
  'A price as the API shows it, in US dollars per million tokens.';

create function public.ai_prices(p_org_id uuid, p_model text, p_page int default 1, p_page_size int default 1000)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.event_organization(p_org_id, false);
begin
  return (
    with price as materialized (
      select p, row_number() over (order by p.model, p.valid_from desc, p.org_id is null) as place
      from private.ai_prices p
      where (p.org_id = v_org_id or p.org_id is null) and p.retired_at is null
        and (p_model is null or p.model = any (private.ai_model_names(p_model)))
    )
    select jsonb_build_object(
      'total_count', (select count(*) from price),
      'items', (
        select coalesce(jsonb_agg(private.ai_price_json(page.p) order by page.place), '[]')
        from (
          select * from price order by place
          limit least(p_page_size, 1000) offset (p_page - 1)::bigint * p_page_size
        ) page)));
end $$;
comment on function public.ai_prices(uuid, text, int, int) is
  'A page of the prices that apply to an organization, of all models or those that a name may mean.';

-- Security definer: nobody may write prices but through here.
create function public.set_ai_price(p_org_id uuid, p_price jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
  v_new private.ai_prices := jsonb_populate_record(null::private.ai_prices, p_price);
begin
  -- One after the other: of two at once, the second retires the first's.
  perform from public.organizations o where o.id = v_org_id for no key update;
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = v_new.model and p.valid_from = v_new.valid_from and p.retired_at is null;
  if not found and (select count(*) from private.ai_prices p where p.org_id = v_org_id and p.retired_at is null) >= 1000
    then
    raise exception using errcode = 'LL422', message = 'validation_failed',
      detail = 'model: there are 1,000 prices of your own already';
  end if;
  insert into private.ai_prices (org_id, model, valid_from, input_usd, output_usd, cache_read_usd, cache_write_usd,
    cache_write_1h_usd,
    long_context_above, long_input_factor, long_output_factor, batch_factor, priority_factor, fast_factor,
      input_audio_usd, input_image_usd)
  values (v_org_id, v_new.model, v_new.valid_from, v_new.input_usd, v_new.output_usd, v_new.cache_read_usd,
    v_new.cache_write_usd,
    v_new.cache_write_1h_usd, v_new.long_context_above, v_new.long_input_factor, v_new.long_output_factor,
      v_new.batch_factor,
    v_new.priority_factor, v_new.fast_factor, v_new.input_audio_usd, v_new.input_image_usd)
  returning * into v_new;
  return private.ai_price_json(v_new);
end $$;
comment on function public.set_ai_price(uuid, jsonb) is
  'Sets the organization''s own price of a model from a day on: {model, valid_from, input_usd, output_usd, '
  'cache_read_usd?, cache_write_usd?, cache_write_1h_usd?, long_context_above?, long_input_factor?, '
  'long_output_factor?, batch_factor?, priority_factor?, fast_factor?, input_audio_usd?, input_image_usd?}. Calls '
  'that are stored keep theirs.';

create function public.delete_ai_price(p_org_id uuid, p_model text, p_valid_from date)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.ai_manager_organization(p_org_id);
begin
  update private.ai_prices p set retired_at = now()
  where p.org_id = v_org_id and p.model = lower(p_model) and p.valid_from = p_valid_from and p.retired_at is null;
  if not found then
    raise exception using errcode = 'LL404', message = 'not_found',
      detail = 'The organization has no such price of its own';
  end if;
end $$;
comment on function public.delete_ai_price(uuid, text, date) is
  'Ends an organization''s own price. Calls that are stored keep it.';

revoke execute
on function private.ai_model_names(text),
private.ai_call_cost(private.ai_prices, bigint, bigint, bigint, bigint, bigint, text, bigint, bigint),
private.ai_price(uuid, text, date),
private.ai_price_json(private.ai_prices),
public.ai_prices(uuid, text, int, int),
public.set_ai_price(uuid, jsonb),
public.delete_ai_price(uuid, text, date)
from public, anon, authenticated;
grant execute
on function private.ai_model_names(text),
private.ai_price(uuid, text, date),
private.ai_price_json(private.ai_prices),
public.ai_prices(uuid, text, int, int),
public.set_ai_price(uuid, jsonb),
public.delete_ai_price(uuid, text, date)
to authenticated, service_role;
