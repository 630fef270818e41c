import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { dayAgo, keepFor, trim } from "../helpers/tenancy/trims.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { type Tracked, trackEvents } from "../helpers/analytics/tracked.ts";

const utc = async () => (await newOrganization({ timeZone: "UTC" })).id;

Deno.test("GET /analytics/funnel follows persons from step to step", async (t) => {
  const org_id = await utc();
  await trackEvents(org_id, [
    // Ann goes straight through; Bob looks elsewhere in between; Cid is too late; Dan pays first; Eve does both at one moment, a first.
    ["2026-03-02T10:00:00Z", "a", "u:ann"],
    ["2026-03-02T10:10:00Z", "b", "u:ann"],
    ["2026-03-02T10:30:00Z", "c", "u:ann"],
    ["2026-03-02T10:00:00Z", "a", "u:bob"],
    ["2026-03-02T10:05:00Z", "x", "u:bob"],
    ["2026-03-02T10:20:00Z", "b", "u:bob"],
    ["2026-03-02T10:00:00Z", "a", "u:cid"],
    ["2026-03-03T10:00:01Z", "b", "u:cid"],
    ["2026-03-02T10:00:00Z", "b", "u:dan"],
    ["2026-03-02T10:10:00Z", "a", "u:dan"],
    ["2026-03-02T10:00:00Z", "a", "u:eve"],
    ["2026-03-02T10:00:00Z", "b", "u:eve"],
    // Fay starts twice: only from her second start is she in time, and she ends after the range.
    ["2026-03-02T09:00:00Z", "a", "u:fay"],
    ["2026-03-03T08:00:00Z", "a", "u:fay"],
    ["2026-03-04T01:00:00Z", "b", "u:fay"],
    ["2026-03-04T02:00:00Z", "c", "u:fay"],
  ]);
  const read = async (query: object) => {
    const { body, text } = await api("/analytics/funnel", {
      as: "service",
      query: {
        org_id,
        start_date: "2026-03-02",
        end_date: "2026-03-03",
        steps: "a,b,c",
        window: "1d",
        ...query,
      },
    });
    const [group] = body["groups"] as {
      steps: { count: number; median_seconds_from_previous: number | null }[];
    }[];
    assert.ok(group, text);
    return group.steps.map((step) => [step.count, step.median_seconds_from_previous]);
  };
  await t.step("loose: 6 start, 4 pass b in time, 2 pass c", async () => {
    // Waits for b: Eve 0 s, Ann 600 s, Bob 1,200 s, Fay 61,200 s; for c: Ann 1,200 s, Fay 3,600 s.
    assert.deepStrictEqual(await read({}), [[6, null], [4, 900], [2, 2400]]);
  });
  await t.step("strict: Bob's detour costs him b", async () => {
    assert.deepStrictEqual(await read({ order: "strict" }), [[6, null], [3, 600], [2, 2400]]);
  });
  await t.step("a wider window lets Cid in, to the second", async () => {
    assert.deepStrictEqual((await read({ window: "24h" }))[1]?.[0], 4);
    assert.deepStrictEqual((await read({ window: "1441m" }))[1]?.[0], 5);
  });
  await t.step("the window's last moment is in it", async () => {
    assert.deepStrictEqual(await read({ window: "20m" }), [[6, null], [3, 600], [0, null]]);
    assert.deepStrictEqual(await read({ window: "19m" }), [[6, null], [2, 300], [0, null]]);
  });
  await t.step("the same event twice asks for two of it", async () => {
    assert.deepStrictEqual(await read({ steps: "a,a" }), [[6, null], [1, 82800]]);
  });
  await t.step("what cannot be asked", async () => {
    const refused = async (query: Record<string, string>, path: string) =>
      assertProblem(
        await api("/analytics/funnel", { as: "service", query: { org_id, ...query } }),
        422,
        "validation_failed",
        [path],
      );
    await refused({ steps: "a" }, "steps");
    await refused({ steps: "a,b,c,d,e,f,g,h,i,j,k" }, "steps");
    await refused({ steps: "a,nothing" }, "steps");
    await refused({ steps: "a,b", window: "91d" }, "window");
    await refused({ steps: "a,b", end_date: "2000-01-01", start_date: "2000-01-02" }, "end_date");
    await refused({ steps: "a,b", end_date: "2026-01-01", start_date: "2001-01-02" }, "end_date");
  });
});

Deno.test("what happens at one moment happened in the order it arrived in", async (t) => {
  const org_id = await utc();
  const moment = "2026-03-02T10:00:00.000Z";
  const started = (name: string, id: number): Tracked => [moment, name, `u:${id}`];
  const ids = Array.from({ length: 200 }, (_, id) => id);
  // One batch, then two: of the second hundred the end came first.
  await trackEvents(org_id, ids.flatMap((id) => [started("z", id), started("a", id)]));
  await trackEvents(org_id, ids.slice(0, 100).map((id) => started("b", id)));
  await trackEvents(org_id, ids.slice(0, 100).map((id) => started("c", id)));
  await trackEvents(org_id, ids.slice(100).map((id) => started("c", id)));
  await trackEvents(org_id, ids.slice(100).map((id) => started("b", id)));
  const days = { start: "2026-03-02", end: "2026-03-02" };
  const passed = async (steps: string, order: string) => {
    const query = { org_id, ...days, steps, order };
    const { body, text } = await api("/analytics/funnel", { as: "service", query });
    const [group] = body["groups"] as { steps: { count: number }[] }[];
    assert.ok(group, text);
    return group.steps.map(({ count }) => count);
  };
  for (const order of ["loose", "strict"]) {
    await t.step(`funnel, ${order}`, async () => {
      assert.deepStrictEqual(await passed("z,a", order), [200, 200]);
      assert.deepStrictEqual(await passed("a,z", order), [200, 0]);
      assert.deepStrictEqual(await passed("z,a,b,c", order), [
        200,
        200,
        order === "loose" ? 200 : 100,
        100,
      ]);
    });
  }
  await t.step("flow", async () => {
    const query = { org_id, ...days, event: "z", depth: 3 };
    const { body, text } = await api("/analytics/flow", { as: "service", query });
    const links = body["links"] as {
      step: number;
      source: string;
      target: string;
      count: number;
    }[];
    assert.deepStrictEqual(
      links?.map(({ step, source, target, count }) => `${step} ${source}>${target} ${count}`),
      ["1 z>a 200", "2 a>b 100", "2 a>c 100", "3 b>c 100", "3 c>b 100"],
      text,
    );
  });
  await t.step("a person's events, the latest first", async () => {
    const events = async (id: number) => {
      const query = { org_id, ...days };
      const { body } = await api(`/analytics/persons/u:${id}`, { as: "service", query });
      return (body["items"] as { event: string }[]).map(({ event }) => event).join("");
    };
    assert.deepStrictEqual([await events(0), await events(199)], ["cbaz", "bcaz"]);
  });
});

Deno.test("a funnel does not start from an event that was dropped, though its day is kept", async () => {
  const org_id = await utc();
  const at = (days: number, hour: string) => `${dayAgo(days)}T${hour}:00:00Z`;
  await trackEvents(org_id, [
    [at(34, "10"), "a", "u:ann"],
    [at(21, "10"), "a", "u:bob"],
    [at(21, "11"), "b", "u:bob"],
  ]);
  const counts = async () => {
    const query = { org_id, start_date: dayAgo(60), end_date: dayAgo(1), steps: "a,b" };
    const { body } = await api("/analytics/funnel", { as: "service", query });
    return (body["groups"] as { steps: { count: number }[] }[])[0]?.steps.map(({ count }) => count);
  };
  assert.deepStrictEqual(await counts(), [2, 1]);
  await keepFor(org_id, "events", 30);
  await trim(org_id, "events");
  assert.deepStrictEqual(await counts(), [1, 1]);
});

Deno.test("more events than can be put in order in time are refused", async () => {
  const org_id = await utc();
  await trackEvents(org_id, [
    ["2026-03-02T10:00:00Z", "a", "u:ann"],
    ["2026-03-02T10:10:00Z", "b", "u:ann"],
  ]);
  await sql(
    `update private.event_totals set n = 15000001
     where org_id = $1::uuid and name_id = (select id from public.event_names where org_id = $1::uuid and name = 'a')`,
    org_id,
  );
  const read = (path: string, query: object) =>
    api(path, {
      as: "service",
      query: { org_id, start_date: "2026-03-02", end_date: "2026-03-02", ...query },
    });
  const refused = async (path: string, query: object) =>
    assertProblem(await read(path, query), 422, "validation_failed", ["start_date"]);
  await refused("/analytics/sessions", {});
  await refused("/analytics/flow", { event: "a" });
  await refused("/analytics/funnel", { steps: "a,b", order: "strict" });
  await refused("/analytics/funnel", { steps: "a,a" });
  // The few of the other event are looked up.
  assert.strictEqual((await read("/analytics/funnel", { steps: "a,b" })).status, 200);
});

Deno.test("GET /analytics/sessions ends a session after 30 minutes without an event", async () => {
  const org_id = await utc();
  await trackEvents(org_id, [
    ["2026-03-02T23:50:00Z", "a", "u:ann"], // goes on past midnight, belongs to the 2nd
    ["2026-03-03T00:19:59Z", "a", "u:ann"],
    ["2026-03-03T00:49:59Z", "a", "u:ann"], // exactly 30 minutes later: another
    ["2026-03-03T01:00:00Z", "a", "u:ann"],
    ["2026-03-03T01:00:00Z", "a", "u:bob"],
  ]);
  const read = async (start_date: string, end_date: string) => {
    const query = { org_id, start_date, end_date };
    const { body } = await api("/analytics/sessions", { as: "service", query });
    return body as { totals: Record<string, number>; series: { sessions: number }[] };
  };
  const { totals, series } = await read("2026-03-02", "2026-03-03");
  assert.deepStrictEqual(series.map(({ sessions }) => sessions), [1, 2]);
  // They last 1,799 s, 601 s and 0 s.
  assert.deepStrictEqual(totals, {
    sessions: 3,
    persons: 2,
    events_per_session: 5 / 3,
    mean_seconds: 800,
    median_seconds: 601,
    single_event_sessions: 1,
    single_event_pct: 100 / 3,
  });
  assert.strictEqual((await read("2026-03-03", "2026-03-03")).totals["sessions"], 2);
  assert.strictEqual((await read("2026-03-02", "2026-03-02")).totals["mean_seconds"], 1799);
});

Deno.test("GET /analytics/flow says what comes next in the session", async () => {
  const org_id = await utc();
  await trackEvents(org_id, [
    ["2026-03-02T10:00:00Z", "a", "u:ann"],
    ["2026-03-02T10:01:00Z", "b", "u:ann"],
    ["2026-03-02T10:02:00Z", "c", "u:ann"],
    ["2026-03-02T10:00:00Z", "a", "u:bob"],
    ["2026-03-02T10:01:00Z", "b", "u:bob"],
    ["2026-03-02T10:31:00Z", "c", "u:bob"], // another session
    ["2026-03-02T10:00:00Z", "a", "u:cid"],
    ["2026-03-02T10:01:00Z", "d", "u:cid"],
  ]);
  const query = { org_id, event: "a", depth: 2, start_date: "2026-03-02", end_date: "2026-03-02" };
  const links = async (extra = {}) => {
    const { body } = await api("/analytics/flow", { as: "service", query: { ...query, ...extra } });
    return body as {
      n: number;
      other: unknown;
      links: { step: number; source: string; target: string | null; count: number }[];
    };
  };
  const all = await links();
  assert.strictEqual(all.n, 3);
  assert.deepStrictEqual(
    all.links.map(({ step, source, target, count }) => `${step} ${source}>${target} ${count}`),
    ["1 a>b 2", "1 a>d 1", "2 b>c 1", "2 b>null 1", "2 d>null 1"],
  );
  assert.deepStrictEqual((await links({ top: 1 })).other, [
    { step: 1, links: 1, count: 1 },
    { step: 2, links: 1, count: 1 },
  ]);
});
