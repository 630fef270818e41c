import assert from "node:assert/strict";
import { api } from "../stack/api.ts";
import { seedPerson } from "../tenancy/people.ts";

/** Readings around the turn of October to November 2026: Sunday 25 October to Tuesday 3 November. */
export const numbers: [string, Record<string, number>][] = [
  ["2026-10-25", { sessions: 1 }],
  ["2026-10-26", { sessions: 10, followers: 500, bounce_rate: 40 }],
  ["2026-10-28", { sessions: 20, bounce_rate: 60 }],
  ["2026-10-31", { followers: 520 }],
  ["2026-11-01", { sessions: 30 }],
  ["2026-11-03", { sessions: 5, own_number: 2.5 }],
];

export async function personWithNumbers(): Promise<string> {
  const { email } = await seedPerson();
  const items = numbers.map(([metric_date, data]) => ({
    email,
    source_name: "ga4",
    metric_date,
    data,
  }));
  const { status, text } = await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: { items },
  });
  assert.strictEqual(status, 200, text);
  return email;
}
