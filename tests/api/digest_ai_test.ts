import assert from "node:assert/strict";
import { storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

Deno.test("GET /digest/preview has the AI sessions of the week in the organization's time zone, and nothing without any", async () => {
  const person = await newPerson();
  const preview = async () =>
    (await api<{ ai: { figures: { key: string; value: number; previous: number }[] } | null }>(
      "/digest/preview",
      { as: person, query: { week: "2026-11-09" } },
    )).body.ai;
  assert.strictEqual(await preview(), null);
  await storeSessions(person.orgId, [
    { at: new Date("2026-11-02T07:59:59Z"), cost: 100 }, // Sunday in Los Angeles, two weeks before
    { at: new Date("2026-11-02T08:00:00Z"), cost: 1, accepted: false },
    { at: new Date("2026-11-09T07:59:59Z"), cost: 2, accepted: true },
    { at: new Date("2026-11-09T08:00:00Z"), cost: 4, accepted: true },
    { at: new Date("2026-11-16T07:59:59Z"), cost: 8 },
    { at: new Date("2026-11-16T08:00:00Z"), cost: 100 },
  ]);
  assert.deepStrictEqual(
    (await preview())?.figures.map(({ key, value, previous }) => [key, value, previous]),
    [["cost_usd", 12, 3], ["sessions", 2, 2], ["acceptance_rate", 100, 50]],
  );
});
