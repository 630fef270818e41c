import assert from "node:assert/strict";
import { testEnv } from "../stack/api.ts";

/** An event as a test writes it down: when, what, whose (`u:ID`, `a:ID` or null), with what. */
export type Tracked = [
  at: string,
  name: string,
  person: string | null,
  properties?: Record<string, unknown>,
];

/** Stores events of an organization as the function `track` does, at whatever time they say. */
export async function trackEvents(orgId: string, events: Tracked[]): Promise<void> {
  const rows = events.map(([at, name, person, properties], index) => ({
    index,
    key: crypto.randomUUID(),
    sent: at,
    at,
    name,
    person,
    properties,
  }));
  const answer = await call("track_events", { p_org_id: orgId, p_events: rows });
  assert.strictEqual(answer["accepted"], events.length, JSON.stringify(answer));
}

/** Says how old persons are and of which gender, and by which id they were known before. */
export async function identifyPersons(
  orgId: string,
  persons: { person: string; previous?: string; age?: number; gender?: string }[],
): Promise<void> {
  const changes = persons.map((person, index) => ({ index, ...person }));
  await call("identify_persons", { p_org_id: orgId, p_changes: changes });
}

async function call(name: string, args: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/${name}`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_SECRET_KEY"), "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
}
