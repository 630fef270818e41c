import { Buffer } from "node:buffer";
import type { Database } from "./database.ts";

interface QueuedRequest {
  id: number;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  /** The body in base64, null without one. */
  body: string | null;
  timeout_milliseconds: number;
}

interface Outcome {
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

/**
 * Sends the requests that the pg_net stand-in has queued, a batch at a time until none is left. As with pg_net, the next
 * batch waits until all of one are answered, and so do their responses: one slow answer holds up everything. Answers how many were sent. Does nothing where pg_net is not installed or is the real one.
 */
export async function drainHttpQueue(database: Database, signal?: AbortSignal): Promise<number> {
  if (!await hasStandIn(database)) return 0;
  let sent = 0;
  while (!signal?.aborted) {
    const batch = await database.query<QueuedRequest>(TAKE);
    if (batch.length === 0) break;
    const outcomes = await Promise.all(batch.map(async (request) => ({
      id: request.id,
      outcome: await send(request, signal),
    })));
    for (const { id, outcome } of outcomes) await store(database, id, outcome);
    sent += batch.length;
  }
  if (sent > 0) await database.query(FORGET);
  return sent;
}

/** As pg_net does, a request leaves the queue before it is sent: it is sent at most once. */
const TAKE = `
  delete from net.http_request_queue
  where id in (
    select id from net.http_request_queue order by id limit 200 for update skip locked
  )
  returning id, method::text as method, url, headers, encode(body, 'base64') as body,
    timeout_milliseconds`;

/** pg_net keeps responses for six hours. */
const FORGET = "delete from net._http_response where created < now() - interval '6 hours'";

async function hasStandIn(database: Database): Promise<boolean> {
  const [row] = await database.query(
    "select from pg_extension where extname = 'pg_net' and extversion like '%-local'",
  );
  return row !== undefined;
}

async function send(request: QueuedRequest, signal: AbortSignal | undefined): Promise<Outcome> {
  const timeout = AbortSignal.timeout(request.timeout_milliseconds);
  const outcome: Outcome = {
    status_code: null,
    content_type: null,
    headers: null,
    content: null,
    timed_out: false,
    error_msg: null,
  };
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { "user-agent": "pg_net/0.14-local", ...request.headers },
      body: request.body === null ? null : Buffer.from(request.body, "base64"),
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    return {
      ...outcome,
      content: await response.text(),
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
    };
  } catch (error) {
    // Whatever goes wrong on the way is the result of this request: it is stored, as pg_net stores it.
    const message = error instanceof Error ? reason(error) : String(error);
    return timeout.aborted
      ? {
        ...outcome,
        timed_out: true,
        error_msg: `Timeout of ${request.timeout_milliseconds} ms reached`,
      }
      : { ...outcome, error_msg: message };
  }
}

/** `fetch failed: connection refused`: the reason lies in the cause. */
function reason(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

async function store(database: Database, id: number, outcome: Outcome): Promise<void> {
  await database.query(
    `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
     values ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
    [
      id,
      outcome.status_code,
      outcome.content_type,
      outcome.headers && JSON.stringify(outcome.headers),
      // PostgreSQL cannot hold a NUL in text.
      outcome.content?.replaceAll("\0", "") ?? null,
      outcome.timed_out,
      outcome.error_msg,
    ],
  );
}
