import assert from "node:assert/strict";
import { type Answer, api } from "../stack/api.ts";
import { sqlRow } from "../stack/database.ts";
import { seedPerson } from "../tenancy/people.ts";

/** What POST /digest/weekly answers. */
export interface Weekly {
  status: string;
  period: { start: string; end: string };
  sent: number;
  stored: number;
  skipped: number;
  pending: number;
  remaining: number;
  errors: { email: string; error: string }[];
  run_id: string;
}

/** Calls POST /digest/weekly. */
export function weekly(body: unknown, as: "service" | "cron" = "service"): Promise<Answer<Weekly>> {
  return api<Weekly>("/digest/weekly", { method: "POST", as, body });
}

/** The counts of an answer, its errors counted too. */
export function counts({ body }: Answer<Weekly>) {
  const { sent, stored, skipped, pending, errors } = body;
  return { sent, stored, skipped, pending, errors: errors.length };
}

/** A day of the week that {@link personWithNumbers} has numbers for. */
export const week = "2026-11-11";

/** A person with 12 conversions in the week of 2026-11-09 and 10 in the one before. */
export async function personWithNumbers(): Promise<{ id: string; email: string; orgId: string }> {
  const person = await seedPerson();
  const items = [
    ["2026-11-02", { sessions: 100, conversions: 10, reach: 4000 }],
    ["2026-11-09", { sessions: 60, conversions: 4, reach: 3000 }],
    ["2026-11-10", { sessions: 90, conversions: 8, reach: 2000 }],
  ].map(([metric_date, data]) => ({
    email: person.email,
    source_name: "ga4",
    metric_date,
    data,
  }));
  const answer = await api("/metrics/ingest", { method: "POST", as: "service", body: { items } });
  assert.strictEqual(answer.status, 200, answer.text);
  return person;
}

/** The one digest of a person. */
export function digestOf(userId: string) {
  return sqlRow<{ id: string; state: string; attempts: number; last_error: string | null }>(
    "select id, state, attempts, last_error from public.digests where user_id = $1::uuid",
    userId,
  );
}
