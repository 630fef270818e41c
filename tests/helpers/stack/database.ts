import { testEnv } from "./api.ts";

/** An error PostgreSQL raised, with its SQLSTATE. */
export class SqlError extends Error {
  constructor(message: string, readonly code: string | undefined) {
    super(message);
    this.name = "SqlError";
  }
}

/** One run of a cron job, as `cron.job_run_details` has it. */
export interface JobRun {
  jobname: string | null;
  status: "succeeded" | "failed";
  return_message: string;
}

/** Runs one statement as the database's owner, past row-level security; `$1`… are `params`. */
export function sql<Row = Record<string, unknown>>(
  statement: string,
  ...params: unknown[]
): Promise<Row[]> {
  return control<Row[]>("/sql", { sql: statement, params });
}

/** The first row of a statement that answers at least one. */
export async function sqlRow<Row = Record<string, unknown>>(
  statement: string,
  ...params: unknown[]
): Promise<Row> {
  const [row] = await sql<Row>(statement, ...params);
  if (row === undefined) throw new Error(`No row: ${statement}`);
  return row;
}

/** Runs a script of any number of statements in one session; answers the rows of each. */
export function sqlScript(script: string): Promise<Record<string, unknown>[][]> {
  return control("/script", { sql: script });
}

/**
 * Runs the cron jobs due in the minute of `now`, sends what they queued and waits for what the functions do about it (not where the
 * real pg_cron runs).
 */
export async function runCron(now: string): Promise<{ runs: JobRun[]; requests: number }> {
  const due = await callCron(now);
  await backgroundDone();
  return due;
}

/** As {@link runCron}, but for what the functions go on with after their answers. */
export function callCron(now: string): Promise<{ runs: JobRun[]; requests: number }> {
  return control("/cron", { now });
}

/** Resolves when no function works in the background any more. */
export function backgroundDone(): Promise<void> {
  return control("/background", {});
}

/** The mails the auth service sent to an address, oldest first. */
export function authMails(to: string): Promise<{ subject: string; text: string; html: string }[]> {
  return control("/mails", { to });
}

/** The lines the functions logged that contain `text`, a request id say. */
export function logLines(text: string): Promise<string[]> {
  return control("/log", { containing: text });
}

async function control<Result>(path: string, body: unknown): Promise<Result> {
  const response = await fetch(testEnv("TEST_CONTROL_URL") + path, {
    method: "POST",
    headers: { authorization: `Bearer ${testEnv("TEST_CONTROL_TOKEN")}` },
    body: JSON.stringify(body),
  });
  const answer: { result: Result; error?: { message: string; code?: string } } = await response
    .json();
  if (answer.error) throw new SqlError(answer.error.message, answer.error.code);
  return answer.result;
}
