import assert from "node:assert/strict";
import { testEnv } from "../stack/api.ts";

/** A session of one call as a test writes it down; what is left out is unknown. */
export interface AiSession {
  at: Date;
  developer?: string;
  repository?: string;
  model?: string;
  /** Tokens of the prompt; the answer has none. */
  tokens?: number;
  cost?: number;
  latency?: number;
  status?: number;
  accepted?: boolean;
  lines?: number;
}

/** Stores sessions of an organization as the function `sessions` does. */
export async function storeSessions(orgId: string, sessions: AiSession[]): Promise<void> {
  const records = sessions.map((one) => {
    const id = crypto.randomUUID();
    return {
      session: {
        external_id: id,
        source: "tests",
        developer_id: one.developer ?? "ann",
        repository: one.repository,
        accepted: one.accepted,
        accepted_lines: one.lines,
      },
      call: {
        external_id: id,
        at: one.at.toISOString(),
        model: one.model,
        input_tokens: one.tokens ?? 0,
        output_tokens: 0,
        cache_read_tokens: 0,
        cache_write_tokens: 0,
        cost_usd: one.cost,
        latency_ms: one.latency,
        status: one.status,
      },
    };
  });
  const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/store_ai_records`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_SECRET_KEY"), "content-type": "application/json" },
    body: JSON.stringify({ p_org_id: orgId, p_records: records }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  assert.strictEqual(JSON.parse(text).stored, sessions.length, text);
}

const hour = 3_600_000;

/** So many hours ago, to the millisecond. */
export function hoursAgo(hours: number): Date {
  return new Date(Date.now() - hours * hour);
}

/** The begin of the full hour so many hours ago. */
export function fullHourAgo(hours: number): Date {
  return new Date(Math.floor(Date.now() / hour - hours) * hour);
}

/** A moment so many minutes after another. */
export function minutesAfter(moment: Date, minutes: number): Date {
  return new Date(moment.getTime() + minutes * 60_000);
}
