import assert from "node:assert/strict";
import { storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

interface Metric {
  key: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: { value: number | null; n: number; period: { start: string; end: string } } | null;
  change: { value: number | null; unit: string; null_reason: string | null } | null;
}

interface Answer {
  period: Record<string, unknown>;
  previous_period: Record<string, unknown> | null;
  metrics: Metric[];
}

const losAngeles = { time_zone: "America/Los_Angeles", complete: true };

/**
 * An organization in Los Angeles with one session a minute before and one a minute after each of these local midnights: the
 * beginnings of 2 and 9 November (winter, 08:00 UTC) and of 16 November, and of 9 November a year before. What was before costs 1
 * and was rejected, what was after costs 10 and was accepted.
 */
async function newMidnights(): Promise<string> {
  const { id } = await newOrganization({ timeZone: "America/Los_Angeles" });
  const midnights = ["2025-11-09", "2026-11-02", "2026-11-09", "2026-11-16"];
  await storeSessions(
    id,
    midnights.flatMap((day) => [
      { at: new Date(`${day}T07:59:00Z`), cost: 1, latency: 100, accepted: false },
      { at: new Date(`${day}T08:01:00Z`), cost: 10, latency: 300, accepted: true, lines: 5 },
    ]),
  );
  return id;
}

function read(path: string, org_id: string, query: Record<string, string | number>) {
  return api<Answer>(path, { as: "service", query: { org_id, ...query } });
}

/** What a metric was, is, and how it changed. */
function rowOf(metrics: Metric[], key: string) {
  const one = metrics.find((metric) => metric.key === key);
  return [one?.value, one?.n, one?.previous?.value, one?.change?.value, one?.change?.unit];
}

const week = { start: "2026-11-09", end: "2026-11-15" };

Deno.test("GET /metrics takes days of the organization's zone, beside the week or the year before", async (t) => {
  const org_id = await newMidnights();
  await t.step("the week before, unless told otherwise", async () => {
    const { body, text } = await read("/metrics", org_id, week);
    assert.deepStrictEqual(body.period, { ...week, days: 7, ...losAngeles }, text);
    const before = { start: "2026-11-02", end: "2026-11-08", days: 7, ...losAngeles };
    assert.deepStrictEqual(body.previous_period, before);
    // From the 9th on until the 16th: a session that was accepted and one that was not; the week before alike.
    assert.deepStrictEqual(rowOf(body.metrics, "acceptance_rate"), [50, 2, 50, 0, "points"]);
    assert.deepStrictEqual(rowOf(body.metrics, "error_rate"), [0, 2, 0, 0, "points"]);
    assert.deepStrictEqual(body.metrics[0]?.previous?.period, before);
  });
  await t.step("a year before, where the week has one session only", async () => {
    const { body } = await read("/metrics", org_id, { ...week, compare: "year" });
    const before = { start: "2025-11-09", end: "2025-11-15", days: 7, ...losAngeles };
    assert.deepStrictEqual(body.previous_period, before);
    assert.deepStrictEqual(rowOf(body.metrics, "acceptance_rate"), [50, 2, 100, -50, "points"]);
  });
  await t.step("nothing", async () => {
    const { body } = await read("/metrics", org_id, { ...week, compare: "none" });
    assert.strictEqual(body.previous_period, null);
    assert.ok(body.metrics.every(({ previous, change }) => previous === null && change === null));
  });
  await t.step("one day, which is the last where no first one is named", async () => {
    const one = await read("/metrics/raw", org_id, { start: "2026-11-15", end: "2026-11-15" });
    assert.deepStrictEqual(
      [one.body.period, (one.body.metrics as unknown as { sessions: number }).sessions],
      [{ start: "2026-11-15", end: "2026-11-15", days: 1, ...losAngeles }, 1],
    );
    const { body } = await read("/metrics", org_id, { end: "2026-11-15" });
    assert.deepStrictEqual(body.period, { ...week, days: 7, ...losAngeles });
  });
});

Deno.test("a leap day is compared with the 28th of the year before", async () => {
  const { id } = await newOrganization();
  const query = { start: "2028-02-29", end: "2028-02-29", compare: "year" };
  const { body } = await read("/metrics", id, query);
  const { start, end, days } = body.previous_period ?? {};
  assert.deepStrictEqual([start, end, days], ["2027-02-28", "2027-02-28", 1]);
});

Deno.test("GET /metrics of days of 24 hours says its instants, and those before end where it begins", async () => {
  const { id } = await newOrganization();
  const { body } = await read("/metrics", id, { since: 3 });
  const { from, to, days, complete } = body.period;
  const length = Date.parse(String(to)) - Date.parse(String(from));
  assert.deepStrictEqual([length, days, complete], [3 * 86_400_000, 3, false]);
  assert.strictEqual(body.previous_period?.["to"], from);
});

const refused: [string, Record<string, string | number>, string][] = [
  ["both ways at once", { since: 7, start: "2026-11-09" }, "since"],
  ["the end first", { start: "2026-11-09", end: "2026-11-08" }, "end"],
  ["more than ten years", { start: "2010-01-01", end: "2026-11-08" }, "end"],
  ["a comparison nobody knows", { ...week, compare: "month" }, "compare"],
];

Deno.test("reads of AI-assisted development refuse a range that is none, by its name", async (t) => {
  const { id } = await newOrganization();
  for (const path of ["/metrics", "/metrics/raw", "/profile", "/insights"]) {
    for (const [what, query, name] of refused) {
      await t.step(`${path}: ${what}`, async () => {
        const developer: Record<string, string> = path === "/profile"
          ? { developer_id: "ann" }
          : {};
        assertProblem(await read(path, id, { ...developer, ...query }), 422, "validation_failed", [
          name,
        ]);
      });
    }
  }
});

Deno.test("SQL refuses the ranges that the API refuses, whoever calls it", async () => {
  const { id } = await newOrganization();
  const calls = [
    "private.ai_range($1::uuid, 0, null, null, 7)",
    "private.ai_range($1::uuid, 3661, null, null, 7)",
    "private.ai_range($1::uuid, 2147483647, null, null, 7)",
    "private.ai_range($1::uuid, null, '2026-11-09', '2026-11-08', 7)",
    "private.ai_range($1::uuid, null, '2010-01-01', '2026-11-08', 7)",
    "private.ai_range($1::uuid, null, null, null, 7, 'month')",
    "private.ai_range($1::uuid, null, null, null, 7, null)",
  ];
  for (const call of calls) {
    await assert.rejects(sql(`select ${call}`, id), { message: /validation_failed/ }, call);
  }
});

Deno.test("GET /profile takes days, marks those that are not whole, and compares", async () => {
  const org_id = await newMidnights();
  const { body, text } = await api<Answer & { sessions_by_date: unknown[] }>("/profile", {
    as: "service",
    query: { org_id, developer_id: "ann", ...week, compare: "previous" },
  });
  assert.deepStrictEqual(body.period, { ...week, days: 7, ...losAngeles }, text);
  assert.deepStrictEqual(
    body.sessions_by_date,
    [1, 0, 0, 0, 0, 0, 1].map((sessions, day) => ({
      date: `2026-11-${String(9 + day).padStart(2, "0")}`,
      sessions,
      complete: true,
    })),
  );
  assert.deepStrictEqual(rowOf(body.metrics, "cost_usd"), [11, 2, 11, 0, "%"]);
  assert.deepStrictEqual(rowOf(body.metrics, "latency_ms"), [200, 2, 200, 0, "%"]);
  const rolling = await api<{ sessions_by_date: { complete: boolean }[] }>("/profile", {
    as: "service",
    query: { org_id, developer_id: "ann", since: 3 },
  });
  const complete = rolling.body.sessions_by_date.map((day) => day.complete);
  assert.deepStrictEqual(complete, [false, true, true, false]);
});

Deno.test("GET /sessions/yield compares what was spent with the days before", async () => {
  const org_id = await newMidnights();
  const query = { start: "2026-11-09", end: "2026-11-16", compare: "previous" };
  const { body, text } = await read("/sessions/yield", org_id, query);
  assert.deepStrictEqual(body.period, {
    start: "2026-11-09",
    end: "2026-11-16",
    days: 8,
    ...losAngeles,
  }, text);
  // The 9th to the 16th: 10, 1 and 10; the eight days before them, from the 1st on: 1, 10 and 1.
  assert.deepStrictEqual(rowOf(body.metrics, "cost_usd"), [21, 3, 12, 75, "%"]);
  assert.deepStrictEqual(rowOf(body.metrics, "cost_per_deployment"), [null, 0, null, null, "%"]);
});

Deno.test("GET /insights adds up the days it looks at, and those before", async () => {
  const org_id = await newMidnights();
  const { body, text } = await read("/insights", org_id, {
    ...week,
    metrics: "ai.sessions,ai.cost_usd,ai.acceptance_rate,ai.latency_ms,product.dau",
    compare: "previous",
    lag_days: 0,
  });
  assert.deepStrictEqual(body.period, { ...week, days: 7, ...losAngeles }, text);
  assert.deepStrictEqual(rowOf(body.metrics, "ai.sessions"), [2, 7, 2, 0, "%"]);
  assert.deepStrictEqual(rowOf(body.metrics, "ai.cost_usd"), [11, 7, 11, 0, "%"]);
  assert.deepStrictEqual(rowOf(body.metrics, "ai.acceptance_rate"), [50, 2, 50, 0, "points"]);
  assert.deepStrictEqual(rowOf(body.metrics, "ai.latency_ms"), [200, 2, 200, 0, "%"]);
  assert.strictEqual(body.metrics.at(-1)?.null_reason, "no_data");
  const { body: year } = await read("/insights", org_id, {
    ...week,
    metrics: "ai.sessions",
    compare: "year",
  });
  assert.deepStrictEqual(rowOf(year.metrics, "ai.sessions"), [2, 7, 1, 100, "%"]);
});

Deno.test("GET /insights knows nothing of days that are not over", async () => {
  const { id } = await newOrganization({ timeZone: "UTC" });
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  await storeSessions(id, [{ at: new Date(`${day(-2)}T12:00:00Z`) }]);
  const { body } = await read("/insights", id, {
    start: day(-2),
    end: day(1),
    metrics: "ai.sessions",
  });
  assert.strictEqual(body.period["complete"], false);
  // The day before yesterday, yesterday (none, which is 0), and neither today nor tomorrow; midnight may pass meanwhile.
  const { value, n } = body.metrics[0] ?? {};
  assert.strictEqual(value, 1);
  assert.ok(n === 2 || n === 3, `${n} days`);
});

Deno.test("lists of sessions answer items with their page, and the rows by the name of before", async (t) => {
  const org_id = await newMidnights();
  const put = (path: string, body: object) =>
    api(path, { method: "PUT", as: "service", query: { org_id }, body });
  for (const repository of ["acme/a", "acme/b", "acme/c"]) {
    await put("/sessions/policies", { repository, models: ["*"] });
  }
  const page = async (path: string, query: Record<string, string | number>) => {
    const { body, text } = await api<Record<string, unknown>>(path, {
      as: "service",
      query: { org_id, ...query },
    });
    assert.ok(Array.isArray(body["items"]), text);
    return { ...body, items: body["items"] };
  };
  await t.step("sessions, with the days they are of", async () => {
    const { items, ...body } = await page("/sessions", { page_size: 3, ...week });
    assert.deepStrictEqual(body, {
      period: { ...week, days: 7, ...losAngeles },
      sessions: items,
      total_count: 2,
      page: 1,
      page_size: 3,
      has_more: false,
    });
    const all = await page("/sessions", { end: "2026-11-20" });
    assert.deepStrictEqual(
      (all as Record<string, unknown>)["period"],
      { start: "2025-11-08", end: "2026-11-20", days: 378, ...losAngeles },
    );
  });
  await t.step("policies", async () => {
    const { items, ...body } = await page("/sessions/policies", { page: 2, page_size: 2 });
    assert.deepStrictEqual(items.map(({ repository }) => repository), ["acme/c"]);
    assert.deepStrictEqual(body, {
      policies: items,
      total_count: 3,
      page: 2,
      page_size: 2,
      has_more: false,
    });
  });
  await t.step("prices, all of them unless fewer are asked for", async () => {
    const all = await page("/sessions/prices", {}) as Record<string, unknown>;
    assert.deepStrictEqual([all["has_more"], all["items"]], [false, all["prices"]]);
    const second = await page("/sessions/prices", { page: 2, page_size: 1 });
    assert.deepStrictEqual(second.items, [(all["prices"] as unknown[])[1]]);
  });
});
