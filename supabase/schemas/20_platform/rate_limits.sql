-- Rate limits shared by every isolate of every function. One atomic statement takes tokens from a bucket by the
-- generic cell rate algorithm (ITU-T I.371, as in brandur.org/rate-limiting): a bucket is one timestamp, the
-- theoretical arrival time, and refills smoothly. Unlogged: losing the counts in a crash costs nothing and writing
-- them costs little.

create unlogged table private.rate_limits (
  bucket text primary key check (char_length(bucket) between 1 and 200),
  full_at timestamptz not null,
  granted int not null
);
comment on table private.rate_limits is 'Token buckets of the API''s rate limits.';
comment on column private.rate_limits.full_at is 'When the bucket will be full again: the theoretical arrival time.';
comment on column private.rate_limits.granted is 'What the last call was granted; kept to be returned.';
create index rate_limits_full_at_idx on private.rate_limits (full_at);

alter table private.rate_limits enable row level security;
revoke all on private.rate_limits from public, anon, authenticated, service_role;

-- Security definer: the table is nobody's to touch but through here.
create function public.take_rate_limit(p_bucket text, p_limit int, p_window_seconds int, p_tokens int default 1)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_window interval := make_interval(secs => p_window_seconds);
  v_each interval := make_interval(secs => p_window_seconds::double precision / p_limit);
  v_taken private.rate_limits;
begin
  insert into private.rate_limits as kept (bucket, full_at, granted)
  values (p_bucket, v_now + v_each * least(p_tokens, p_limit), least(p_tokens, p_limit))
  on conflict (bucket) do update set
    granted = least(p_tokens, private.tokens_left(kept.full_at, v_now, v_window, v_each)),
    full_at = greatest(kept.full_at, v_now) + v_each * least(p_tokens,
      private.tokens_left(kept.full_at, v_now, v_window, v_each))
  returning * into v_taken;
  return jsonb_build_object(
    'granted', v_taken.granted,
    'remaining', private.tokens_left(v_taken.full_at, v_now, v_window, v_each),
    -- Until one more is there when nothing was granted, else until the bucket is full.
    'seconds', ceil(extract(epoch from case
      when v_taken.granted = 0 then v_taken.full_at - v_now - v_window + v_each
      else v_taken.full_at - v_now end)));
end $$;
comment on function public.take_rate_limit(text, int, int, int) is
  'Takes up to p_tokens from a bucket that holds p_limit and refills in p_window_seconds: {granted, remaining, '
  'seconds}. None only looks; fewer than none gives back.';

create function private.tokens_left(p_full_at timestamptz, p_now timestamptz, p_window interval, p_each interval)
returns int
language sql
immutable
set search_path = ''
as $$
  -- The small addition keeps rounding of intervals to microseconds from losing a token.
  select greatest(0, floor(
    extract(epoch from p_now + p_window - greatest(p_full_at, p_now)) / extract(epoch from p_each) + 0.001))::int
$$;
comment on function private.tokens_left(timestamptz, timestamptz, interval, interval) is 'Whole tokens in a bucket.';

revoke execute
on function public.take_rate_limit(text, int, int, int),
private.tokens_left(timestamptz, timestamptz, interval, interval)
from public, anon, authenticated;
grant execute on function public.take_rate_limit(text, int, int, int) to service_role;

select
  cron.schedule(
    'trim-rate-limits',
    '17 * * * *',
    'delete from private.rate_limits where full_at < now() - interval ''1 minute'''
  );
