import assert from "node:assert/strict";
import { api } from "../stack/api.ts";
import { seedPerson } from "../tenancy/people.ts";

export interface Tile {
  key: string;
  label: string;
  unit: string;
  direction: string;
  definition: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: number | null;
  previous_n: number;
  change_pct: number | null;
  change_reason: string | null;
  series: { date: string; value: number | null; complete: boolean }[];
}

export interface Period {
  start: string;
  end: string;
  days: number;
  time_zone: string;
  complete: boolean;
}

export interface Metric {
  key: string;
  label: string;
  unit: string;
  direction: string;
  definition: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: { value: number | null; n: number; period: Period } | null;
  change: { value: number | null; unit: string; null_reason: string | null } | null;
}

export interface Tiles {
  sessions: number | null;
  conversions: number | null;
  ig_reach: number | null;
  engagement: number | null;
  period: Period;
  comparison: { mode: string; start: string; end: string } | null;
  metrics: Metric[];
  tiles: Tile[];
  definition: string;
}

/**
 * What the person of these tests has. By hand, over 9–15 November: sessions 100 + 50 + 25 = 175 (two sources on one day),
 * conversions 4, reach 300; before that, 2–8 November: sessions 140, conversions 0; a year ago, 9–15 November 2025: sessions 100.
 */
export const numbers: [string, string, Record<string, number>][] = [
  ["ga4", "2025-11-08", { sessions: 1000 }],
  ["ga4", "2025-11-09", { sessions: 60 }],
  ["ga4", "2025-11-15", { sessions: 40 }],
  ["ga4", "2026-11-02", { sessions: 90, conversions: 0 }],
  ["ga4", "2026-11-08", { sessions: 50 }],
  ["ga4", "2026-11-09", { sessions: 100, conversions: 1 }],
  ["plausible", "2026-11-09", { sessions: 50 }],
  ["ga4", "2026-11-15", { sessions: 25, conversions: 3, reach: 300, clicks: 77 }],
  ["ga4", "2026-11-16", { sessions: 8 }],
];

export async function personWithNumbers(): Promise<string> {
  const { email } = await seedPerson();
  const items = numbers.map(([source_name, metric_date, data]) => ({
    email,
    source_name,
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

export const tiles = (query: Record<string, string | undefined>) =>
  api<Tiles>("/dashboard/tiles", { as: "service", query });

export const week = { start: "2026-11-09", end: "2026-11-15" };
export const fourOf = (
  { sessions, conversions, ig_reach, engagement }: Tiles,
) => [sessions, conversions, ig_reach, engagement];
