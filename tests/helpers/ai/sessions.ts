import assert from "node:assert/strict";
import { type Answer, api, type ApiRequest } from "../stack/api.ts";
import { sql } from "../stack/database.ts";

export interface Ingested {
  received: number;
  stored: number;
  duplicates: number;
  sessions: number;
  rejected_count: number;
  rejected: { index: number; code: string; message: string }[];
}

/** Posts records to an organization as the service, as JSON or however `more` says. */
export function ingest(
  org_id: string,
  body: unknown,
  more: Partial<ApiRequest> = {},
): Promise<Answer<Ingested>> {
  return api<Ingested>("/sessions/ingest", {
    method: "POST",
    as: "service",
    query: { org_id },
    body,
    ...more,
  });
}

/** Posts records that are all new. */
export async function stored(org_id: string, records: object[]): Promise<void> {
  const answer = await ingest(org_id, records);
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.stored, records.length, answer.text);
}

/** Everything that is stored of an organization's sessions, but for ids that the database makes. */
export async function everything(org: string): Promise<unknown> {
  const tables = [
    "ai_sessions",
    "ai_calls",
    "ai_edits",
    "ai_counters",
    "ai_session_commits",
    "ai_totals",
  ];
  const rows = [];
  for (const table of tables) {
    rows.push(
      await sql(
        `select to_jsonb(t) - 'id' - 'session_id' as row from private.${table} t where org_id = $1::uuid order by 1`,
        org,
      ),
    );
  }
  return rows;
}

/** Asserts that the totals by hour are the sums over the sessions there are. */
export async function assertTotals(org: string): Promise<void> {
  const columns =
    "hour, developer_id, repository, model, sessions, failed_sessions, accepted, rejected, tokens, accepted_tokens, accepted_lines, cost_usd, uncosted_sessions, latency_ms_sum, latency_calls, unmeasured_sessions, measured_lines, people_accepted, people_rejected, automatic_decisions, fresh_tokens, cached_tokens";
  const [kept, summed] = await Promise.all([
    sql(
      `select ${columns} from private.ai_totals where org_id = $1::uuid order by 1, 2, 3, 4`,
      org,
    ),
    sql(
      `select date_trunc('hour', started_at, 'UTC') as hour, developer_id, coalesce(repository, '') as repository,
         coalesce(model, '') as model, count(*)::int as sessions, (count(*) filter (where failed_calls > 0))::int as failed_sessions,
         (count(*) filter (where accepted))::int as accepted, (count(*) filter (where not accepted))::int as rejected,
         coalesce(sum(total_tokens), 0)::bigint as tokens,
         coalesce(sum(total_tokens) filter (where accepted and accepted_lines is not null), 0)::bigint as accepted_tokens,
         coalesce(sum(accepted_lines) filter (where accepted), 0)::bigint as accepted_lines,
         coalesce(sum(cost_usd), 0)::numeric(20, 10) as cost_usd,
         (count(*) filter (where cost_usd is null))::int as uncosted_sessions, sum(latency_ms_sum)::bigint as latency_ms_sum,
         sum(latency_calls)::int as latency_calls,
         (count(*) filter (where total_tokens is null))::int as unmeasured_sessions,
         coalesce(sum(accepted_lines) filter (where accepted and total_tokens is not null), 0)::bigint as measured_lines,
         sum(people_accepted)::int as people_accepted, sum(people_rejected)::int as people_rejected,
         sum(automatic_decisions)::int as automatic_decisions,
         coalesce(sum(total_tokens - cache_read_tokens) filter (where accepted and accepted_lines is not null), 0)::bigint as fresh_tokens,
         coalesce(sum(cache_read_tokens) filter (where accepted and accepted_lines is not null and total_tokens is not null), 0)::bigint
           as cached_tokens
       from private.ai_sessions where org_id = $1::uuid group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
      org,
    ),
  ]);
  assert.deepStrictEqual(kept, summed);
}
