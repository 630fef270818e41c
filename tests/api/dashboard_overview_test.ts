import { deepStrictEqual, equal, ok } from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

interface Metric {
  key: string;
  value: number | null;
  n: number;
  null_reason: string | null;
  previous: { value: number | null; n: number } | null;
  change: unknown;
}
interface Tile extends Metric {
  series: (number | null)[] | null;
  band: string | null;
  target: number | null;
  status: string | null;
}
interface Overview {
  period: { start: string; end: string; days: number };
  comparison: { start: string; end: string } | null;
  bands: { pillar: string; tiles: Tile[] }[];
  trend: { points: { date: string; value: number | null }[]; previous: unknown[] | null };
  shipped: { date: string; kind: string }[];
  findings: { key: string; kind: string }[];
}

const org_id = "00000000-0000-4000-8000-0000000000a1";
const read = (query: Record<string, string>) =>
  api<Overview>("/dashboard/overview", { as: "service", query: { org_id, ...query } });

/** Four weeks of the demo data, which is of the sixty days before it was made. */
async function fourWeeks(): Promise<{ start: string; end: string }> {
  return await sqlRow<{ start: string; end: string }>(
    `select (max(day) - 27)::text as start, max(day)::text as "end" from public.events where org_id = $1::uuid`,
    org_id,
  );
}

Deno.test("GET /dashboard/overview has the numbers that the reads of the pillars have", async (t) => {
  const range = await fourWeeks();
  const { status, body, text } = await read(range);
  equal(status, 200, text);
  const tileOf = (key: string) => {
    const tile = body.bands.flatMap(({ tiles }) => tiles).find((one) => one.key === key);
    ok(tile, key);
    return tile;
  };
  const sameAs = (metrics: Metric[]) => {
    for (const { key, value, n, null_reason, previous, change } of metrics) {
      const tile = tileOf(key);
      deepStrictEqual(
        [tile.value, tile.n, tile.null_reason, tile.previous?.value, tile.previous?.n, tile.change],
        [value, n, null_reason, previous?.value, previous?.n, change],
        key,
      );
    }
  };
  const query = { org_id, ...range, compare: "previous" };
  const metricsOf = async (path: string) =>
    (await api<{ metrics: Metric[] }>(path, { as: "service", query })).body.metrics;

  await t.step("marketing", async () => sameAs(await metricsOf("/dashboard/tiles")));
  await t.step("active users", async () => sameAs(await metricsOf("/analytics/active-users")));
  await t.step("events", async () => {
    const { body: counted } = await api("/analytics", { as: "service", query });
    equal(tileOf("events").value, counted["n"]);
  });
  await t.step("delivery", async () => {
    const shown = [
      "deployment_frequency",
      "lead_time",
      "change_failure_rate",
      "recovery_time",
    ];
    const metrics = (await metricsOf("/metrics/dora")) as (Metric & { band: string })[];
    sameAs(metrics.filter(({ key }) => shown.includes(key)));
    for (const { key, band } of metrics) if (shown.includes(key)) equal(tileOf(key).band, band);
  });
  await t.step("AI", async () => {
    const shown = ["acceptance_rate", "error_rate", "token_efficiency"];
    const kpis = (await metricsOf("/metrics")) as (Metric & { status: string; target: number })[];
    sameAs(kpis.filter(({ key }) => shown.includes(key)));
    for (const { key, status, target } of kpis) {
      if (!shown.includes(key)) continue;
      deepStrictEqual([tileOf(key).status, tileOf(key).target], [status, target]);
    }
  });
  await t.step("a day for each day, at most four tiles and five findings", () => {
    for (const { tiles } of body.bands) {
      ok(tiles.length > 0 && tiles.length <= 4);
      for (const { series } of tiles) if (series) equal(series.length, 28);
    }
    equal(body.trend.points.length, 28);
    equal(body.trend.previous?.length, 28);
    ok(body.findings.length <= 5);
    ok(body.shipped.length > 0);
  });
});

Deno.test("GET /dashboard/overview is of 28 days up to yesterday unless it is told", async () => {
  const { body } = await read({});
  const { yesterday } = await sqlRow<{ yesterday: string }>(
    `select ((now() at time zone time_zone)::date - 1)::text as yesterday from public.organizations where id = $1::uuid`,
    org_id,
  );
  deepStrictEqual([body.period.end, body.period.days], [yesterday, 28]);
  ok(body.comparison);
});

Deno.test("GET /dashboard/overview compared with nothing finds nothing", async () => {
  const { body } = await read({ ...await fourWeeks(), compare: "none" });
  deepStrictEqual([body.comparison, body.findings, body.trend.previous], [null, [], null]);
  for (const tile of body.bands.flatMap(({ tiles }) => tiles)) {
    deepStrictEqual([tile.previous, tile.change], [null, null], tile.key);
  }
});

Deno.test("GET /dashboard/overview of an organization without numbers says why each is null", async () => {
  const { id: orgId } = await newOrganization();
  const query = { org_id: orgId, start: "2026-11-01", end: "2026-11-07" };
  const { body } = await api<Overview>("/dashboard/overview", { as: "service", query });
  for (const { key, value, null_reason } of body.bands.flatMap(({ tiles }) => tiles)) {
    deepStrictEqual([key, value], [key, null]);
    ok(null_reason, key);
  }
  deepStrictEqual(body.findings, []);
});

Deno.test("GET /dashboard/overview answers 304 to whoever has it", async () => {
  const query = { org_id, ...await fourWeeks() };
  const first = await api("/dashboard/overview", { as: "service", query });
  const etag = first.headers.get("etag") ?? "";
  const headers = { "if-none-match": etag };
  const second = await api("/dashboard/overview", { as: "service", query, headers });
  deepStrictEqual([second.status, second.text], [304, ""]);
  const other = { ...query, compare: "none" };
  equal((await api("/dashboard/overview", { as: "service", query: other, headers })).status, 200);
});

Deno.test("GET /dashboard/overview goes back a year at most", async () => {
  assertProblem(
    await api("/dashboard/overview", {
      as: "service",
      query: { org_id, start: "2025-01-01", end: "2026-01-02" },
    }),
    422,
    "validation_failed",
  );
});
