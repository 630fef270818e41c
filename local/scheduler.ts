import { Cron } from "croner";
import type { Database } from "./database.ts";
import { drainHttpQueue } from "./http_queue.ts";

interface Job {
  jobid: number;
  jobname: string | null;
  schedule: string;
  command: string;
  username: string;
}

/** One run of a job, as cron.job_run_details has it. */
export interface JobRun {
  jobid: number;
  jobname: string | null;
  status: "succeeded" | "failed";
  return_message: string;
}

export interface DueJobs {
  runs: JobRun[];
  /** Requests of net.http_post and its like that were sent. */
  requests: number;
}

const MINUTE = 60_000;
/** How often queued HTTP requests are looked for. */
const POLL = 500;

/**
 * Runs the jobs of the pg_cron stand-in that are due in the minute of `now`, one after the other, then sends
 * what they queued. A job that has run in that minute already does not run again.
 */
export async function runDueJobs(
  database: Database,
  now: Date,
  signal?: AbortSignal,
): Promise<DueJobs> {
  const runs: JobRun[] = [];
  for (const job of await dueJobs(database, now)) {
    if (signal?.aborted) break;
    const run = await runJob(database, job, now);
    if (run) runs.push(run);
  }
  return { runs, requests: await drainHttpQueue(database, signal) };
}

/** Whether a pg_cron schedule (five fields, in UTC, `$` for the last day of the month) is due in a minute. */
export function isDue(schedule: string, minute: Date): boolean {
  if (/^\s*\d+ seconds?\s*$/.test(schedule)) return true;
  const pattern = schedule.replace(/^(\s*\S+\s+\S+\s+)\$/, "$1L");
  return new Cron(pattern, { timezone: "UTC", paused: true }).match(startOfMinute(minute));
}

/** Runs due jobs at the start of each minute and sends queued requests in between, until stopped. */
export function startScheduler(database: Database, log: (line: string) => void) {
  const stopped = new AbortController();
  const loop = async (): Promise<void> => {
    let lastMinute = startOfMinute(new Date()).getTime();
    while (!stopped.signal.aborted) {
      await pause(POLL, stopped.signal);
      if (stopped.signal.aborted) break;
      try {
        const now = new Date();
        const minute = startOfMinute(now).getTime();
        if (minute > lastMinute) {
          lastMinute = minute;
          const { runs } = await runDueJobs(database, now, stopped.signal);
          for (const run of runs) if (run.status === "failed") log(describe(run));
        } else {
          await drainHttpQueue(database, stopped.signal);
        }
      } catch (error) {
        // A lost connection must not end the schedule: the next round tries again.
        log(`Scheduler: ${error instanceof Error ? error.message : error}`);
        await pause(10 * POLL, stopped.signal);
      }
    }
  };
  const done = loop();
  return {
    stop: async (): Promise<void> => {
      stopped.abort();
      await done;
    },
  };
}

async function dueJobs(database: Database, now: Date): Promise<Job[]> {
  // The real pg_cron runs its jobs itself; only the stand-in needs someone to do it.
  const [standIn] = await database.query(
    "select from pg_extension where extname = 'pg_cron' and extversion like '%-local'",
  );
  if (!standIn) return [];
  const jobs = await database.query<Job>(
    `select jobid, jobname, schedule, command, username from cron.job
     where active and database = current_database() order by jobid`,
  );
  return jobs.filter((job) => isDue(job.schedule, now));
}

async function runJob(database: Database, job: Job, now: Date): Promise<JobRun | undefined> {
  const minute = startOfMinute(now);
  // Claimed before it runs: a restart within the minute, or a second process, finds it taken.
  const [claimed] = await database.query<{ runid: number }>(
    `insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
     select $1::bigint, pg_backend_pid(), current_database(), $2::text, $3::text, 'running', $4::timestamptz
     where not exists (
       select from cron.job_run_details
       where jobid = $1 and start_time >= $5::timestamptz
         and start_time < $5::timestamptz + interval '1 minute'
     )
     returning runid`,
    [job.jobid, job.username, job.command, now.toISOString(), minute.toISOString()],
  );
  if (!claimed) return undefined;
  const started = performance.now();
  const { status, return_message } = await execute(database, job);
  await database.query(
    `update cron.job_run_details
     set status = $2, return_message = $3, end_time = start_time + $4 * interval '1 millisecond'
     where runid = $1`,
    [claimed.runid, status, return_message, performance.now() - started],
  );
  return { jobid: job.jobid, jobname: job.jobname, status, return_message };
}

/** Runs the command as whoever scheduled it. */
async function execute(
  database: Database,
  { command, username }: Job,
): Promise<Pick<JobRun, "status" | "return_message">> {
  try {
    const results = await database.transaction(async (session) => {
      await session.query("select set_config('role', $1, true)", [username]);
      return await session.exec(command);
    });
    const rows = results.at(-1)?.length ?? 0;
    return { status: "succeeded", return_message: rows === 1 ? "1 row" : `${rows} rows` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: "failed", return_message: `ERROR:  ${message}` };
  }
}

function describe(run: JobRun): string {
  return `Cron job ${run.jobname ?? run.jobid} failed: ${run.return_message}`;
}

function startOfMinute(date: Date): Date {
  return new Date(Math.floor(date.getTime() / MINUTE) * MINUTE);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (signal.aborted) done();
    signal.addEventListener("abort", done);
  });
}
