-- The tables and functions of pg_cron 1.6 in plain SQL, for databases that cannot load it (PGlite has no
-- background workers). Nothing here runs a job: local/scheduler.ts does, once a minute, in UTC.
-- The schema belongs to supabase_admin because `supabase db reset` drops every schema that does not.
create schema cron authorization supabase_admin;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
grant select on cron.job to public;

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid int,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);
grant select, delete on cron.job_run_details to public;

create function cron.check_schedule(p_schedule text) returns void
language plpgsql immutable set search_path = ''
as $$
begin
  if p_schedule !~ '^\s*(\S+\s+){4}\S+\s*$'
    and p_schedule !~ '^\s*[1-5]?[0-9] seconds?\s*$'
    and p_schedule !~ '^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$' then
    raise exception using
      errcode = 'invalid_parameter_value',
      message = 'invalid schedule: ' || p_schedule,
      hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
end;
$$;

-- Whoever calls: like those of pg_cron, the functions below write tables that only their owner may write, as that owner.
create function cron.caller() returns name
language sql stable set search_path = ''
as $$
  select coalesce(nullif(current_setting('role'), 'none'), session_user)::name
$$;

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  v_jobid bigint;
begin
  perform cron.check_schedule(schedule);
  insert into cron.job as j (jobname, schedule, command, username)
  values (job_name, schedule, command, cron.caller())
  on conflict on constraint jobname_username_uniq
  do update set schedule = excluded.schedule, command = excluded.command, active = true
  returning j.jobid into v_jobid;
  return v_jobid;
end;
$$;

create function cron.schedule(schedule text, command text) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  v_jobid bigint;
begin
  perform cron.check_schedule(schedule);
  insert into cron.job as j (schedule, command, username) values (schedule, command, cron.caller())
  returning j.jobid into v_jobid;
  return v_jobid;
end;
$$;

create function cron.unschedule(job_id bigint) returns boolean
language plpgsql security definer set search_path = ''
as $$
begin
  delete from cron.job as j where j.jobid = job_id and j.username = cron.caller();
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_id;
  end if;
  return true;
end;
$$;

create function cron.unschedule(job_name text) returns boolean
language plpgsql security definer set search_path = ''
as $$
begin
  delete from cron.job as j where j.jobname = job_name and j.username = cron.caller();
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_name;
  end if;
  return true;
end;
$$;

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if alter_job.schedule is not null then
    perform cron.check_schedule(alter_job.schedule);
  end if;
  update cron.job as j
  set schedule = coalesce(alter_job.schedule, j.schedule),
    command = coalesce(alter_job.command, j.command),
    database = coalesce(alter_job.database, j.database),
    username = coalesce(alter_job.username, j.username),
    active = coalesce(alter_job.active, j.active)
  where j.jobid = job_id
    and (j.username = cron.caller() or (select rolsuper from pg_catalog.pg_roles where rolname = cron.caller()));
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id;
  end if;
end;
$$;

revoke execute on all functions in schema cron from public;

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
