import assert from "node:assert/strict";
import {
  AnalyticsModel,
  type Period,
  type PlainEvent,
} from "../helpers/analytics/analytics_model.ts";
import { api } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { identifyPersons, trackEvents } from "../helpers/analytics/tracked.ts";

const names = ["a", "b", "c", "d"];
const periods: Period[] = ["day", "week", "month"];

/** Zones and spans with a change to or from daylight saving, half an hour of it once. */
const worlds = [
  { timeZone: "America/Los_Angeles", start: "2026-02-23", end: "2026-03-29" },
  { timeZone: "Europe/Berlin", start: "2025-10-06", end: "2025-11-09" },
  { timeZone: "Australia/Lord_Howe", start: "2026-03-16", end: "2026-04-19" },
];

for (const [seed, { timeZone, start, end }] of worlds.entries()) {
  Deno.test(`reads say what a naive model says of random events in ${timeZone}`, async (t) => {
    const events = randomEvents(seed + 1, start, end);
    const model = new AnalyticsModel(events, timeZone);
    const org_id = (await newOrganization({ timeZone })).id;
    await trackEvents(
      org_id,
      events.map(({ at, name, person }) => [new Date(at).toISOString(), name, person]),
    );
    const read = async <Body>(path: string, query: object) => {
      const answer = await api<Body>(path, { as: "service", query: { org_id, ...query } });
      assert.strictEqual(answer.status, 200, answer.text);
      return answer.body;
    };
    // Not all there is, so that both ends matter.
    const middle = { start_date: addDays(start, 5), end_date: addDays(end, -5) };

    await t.step("counts", async () => {
      type Row = { feature_name: string; date: string; count: number };
      const body = await read<Record<string, Row[]>>("/analytics", middle);
      const expected = model.within(middle.start_date, middle.end_date);
      for (const { date, count } of body["daily_counts"] ?? []) {
        assert.strictEqual(
          count,
          expected.filter((event) => model.dayOf(event) === date).length,
          date,
        );
      }
      for (const { feature_name, count } of body["feature_counts"] ?? []) {
        assert.strictEqual(count, expected.filter(({ name }) => name === feature_name).length);
      }
      assert.strictEqual(body["feature_counts"]?.length, names.length);
    });

    await t.step("active users", async () => {
      type Row = { date: string; dau: number; wau: number; mau: number };
      const body = await read<{ series: Row[] }>("/analytics/active-users", middle);
      for (const { date, ...counted } of body.series) {
        const [dau, wau, mau] = [1, 7, 30].map((days) => model.active(date, days));
        assert.deepStrictEqual([counted.dau, counted.wau, counted.mau], [dau, wau, mau], date);
      }
    });

    await t.step("sessions", async () => {
      type Row = { date: string; sessions: number };
      const body = await read<{ series: Row[] }>("/analytics/sessions", middle);
      for (const { date, sessions } of body.series) {
        assert.strictEqual(sessions, model.sessions(date), date);
      }
    });

    const expectRetention = async (
      model: AnalyticsModel,
      query: { period: Period; start_event?: string; return_event?: string; breakdown?: string },
      group: string | null = null,
    ) => {
      type Row = { group: string | null; cohort: string; size: number; cells: { count: number }[] };
      const body = await read<{ cohorts: Row[]; period: { start: string; end: string } }>(
        "/analytics/retention",
        { ...middle, periods: 4, ...query },
      );
      const { period, start_event, return_event } = query;
      const { start, end } = body.period;
      const expected = model.retention(start, end, period, 4, start_event, return_event);
      for (const row of body.cohorts.filter((cohort) => cohort.group === group)) {
        const counts = expected.get(row.cohort) ?? [0, 0, 0, 0];
        const what = `${JSON.stringify(query)} ${group} ${row.cohort}`;
        assert.strictEqual(row.size, counts[0], what);
        assert.deepStrictEqual(row.cells.map(({ count }) => count), counts, what);
        expected.delete(row.cohort);
      }
      assert.deepStrictEqual([...expected], [], "no cohort is missing");
    };

    await t.step("retention", async () => {
      for (const period of periods) {
        await expectRetention(model, { period });
        await expectRetention(model, { period, start_event: "a" });
        await expectRetention(model, { period, start_event: "a", return_event: "b" });
        await expectRetention(model, { period, return_event: "c" });
      }
    });

    await t.step("funnels", async () => {
      const asked = [["a", "b"], ["a", "b", "c"], ["a", "a", "b"], ["d", "c", "b", "a"], [
        "a",
        "a",
        "a",
        "a",
      ]];
      for (const steps of asked) {
        for (const hours of [1, 24, 24 * 7]) {
          for (const order of ["loose", "strict"]) {
            const query = { ...middle, steps: steps.join(","), window: `${hours}h`, order };
            type Body = { groups: { steps: { count: number }[] }[] };
            const { groups } = await read<Body>("/analytics/funnel", query);
            assert.deepStrictEqual(
              groups[0]?.steps.map(({ count }) => count),
              model.funnel(
                middle.start_date,
                middle.end_date,
                steps,
                hours * 3_600_000,
                order === "strict",
              ),
              `${steps} in ${hours} h, ${order}`,
            );
          }
        }
      }
    });

    await t.step(
      "retention once persons were merged, erased, known by gender and seen before",
      async () => {
        const genders = new Map([["u:1", "Female"], ["u:2", "Female"], ["u:5", "Male"]]);
        await identifyPersons(org_id, [
          ...[...genders].map(([person, gender]) => ({ person, gender })),
          { person: "u:2", previous: "6" },
          { person: "u:7", previous: "1" },
        ]);
        genders.delete("u:1");
        genders.set("u:7", "Female");
        await sqlRow(
          "select private.erase_person($1::uuid, private.find_person($1::uuid, 'u:3'))",
          org_id,
        );
        // Earlier than all that is known of u:4 and u:5, and in between.
        const earlier = randomEvents(seed + 100, addDays(start, -10), addDays(start, 9))
          .filter(({ person }) => person === "u:4" || person === "u:5");
        await trackEvents(
          org_id,
          earlier.map(({ at, name, person }) => [new Date(at).toISOString(), name, person]),
        );
        const now = new Map([["u:6", "u:2"], ["u:1", "u:7"]]);
        const told = [...events, ...earlier]
          .filter(({ person }) => person !== "u:3")
          .map((event) => ({ ...event, person: now.get(event.person ?? "") ?? event.person }));
        const all = new AnalyticsModel(told, timeZone);
        for (const period of periods) {
          await expectRetention(all, { period });
          for (const gender of ["Female", "Male", "unknown"]) {
            const theirs = told.filter(({ person }) =>
              person !== null && (genders.get(person) ?? "unknown") === gender
            );
            const model = new AnalyticsModel(theirs, timeZone);
            await expectRetention(model, { period, breakdown: "gender" }, gender);
          }
        }
        await assertExactCounts(org_id);
      },
    );
  });
}

/** Events in bursts, so that there are sessions, of a dozen persons and nobody, at random but always the same. */
function randomEvents(seed: number, start: string, end: string): PlainEvent[] {
  const random = mulberry32(seed);
  const from = Date.parse(start);
  const span = Date.parse(end) - from;
  const events = new Map<string, PlainEvent>();
  for (let burst = 0; burst < 110; burst++) {
    let at = from + Math.floor(random() * span / 1000) * 1000;
    const number = Math.floor(random() * 13);
    for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
      const name = names[Math.floor(random() * random() * names.length)] ?? "a";
      // One event of a person at a time: which of two at one moment comes first, nobody can say.
      events.set(`${number} ${at}`, { at, name, person: number === 12 ? null : `u:${number}` });
      at += Math.floor(random() ** 2 * 3600) * 1000;
    }
  }
  return [...events.values()];
}

/** A small generator of numbers in [0, 1) that a seed decides. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
  };
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
