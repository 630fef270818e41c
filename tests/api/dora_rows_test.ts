import assert from "node:assert/strict";
import { h, historyOrganization, round, sha, window } from "../fixtures/delivery_history.ts";
import { api } from "../helpers/stack/api.ts";

// The rows behind the numbers of tests/fixtures/delivery_history.ts, for the two weeks of dora_history_test.ts.

interface Bin {
  from_seconds: number;
  to_seconds: number | null;
  n: number;
}

interface Rows {
  total_count: number;
  rows: Record<string, unknown>[];
}

/**
 * Lead time, in hours, of what was first deployed in the window.
 *
 *   change  authored           in    deployed           hours        change  authored          in   deployed          hours
 *   a1      03-03 14:00        D1    03-04 16:00        26           p1      03-10 02:00       D7   03-11 13:00       35
 *   a2      03-03 18:00        D1    03-04 16:00        22           k1      03-03 09:00       E1   03-05 09:00       48
 *   a3      03-04 10:00        D1    03-04 16:00         6           k2      03-04 09:00       E1   03-05 09:00       24
 *   b1      03-04 10:00+01     D2a   03-05 20:00        35           k3      03-12 21:00       E2   03-13 09:00       12
 *   b2      03-04 20:00        D2a   03-05 20:00        24           k4      03-13 08:30       E2   03-13 09:00        0.5
 *   v1      03-05 21:20        D3    03-05 23:00         1 h 40 min  k5      03-15 03:30       E3   03-16 03:30       24
 *   d1      03-06 08:00-05     D4    03-07 02:00        13           e2      03-12 00:00       D7   03-11 13:00      −11, excluded
 *   h1      03-07 15:00        D6    03-07 16:00         1           g1      03-14 09:00       –    not in production
 *   e1      03-10 12:00        D7    03-11 13:00        25           f1      03-12 11:00       –    not merged
 */
const leads: [string, number][] = [
  ["a1", 26],
  ["a2", 22],
  ["a3", 6],
  ["b1", 35],
  ["b2", 24],
  ["v1", 5 / 3],
  ["d1", 13],
  ["h1", 1],
  ["e1", 25],
  ["e2", -11],
  ["p1", 35],
  ["k1", 48],
  ["k2", 24],
  ["k3", 12],
  ["k4", 0.5],
  ["k5", 24],
]; // deno-fmt-ignore

const org = await historyOrganization();
const service = { as: "service" } as const;
const query = { ...window, org_id: org };

Deno.test("GET /metrics/dora/lead-time has stages, weeks and each change behind the median", async () => {
  interface LeadTime {
    stages: Record<string, unknown>[];
    weeks: Record<string, unknown>[];
    histogram: Bin[];
    drill: Rows;
  }
  const { body, text } = await api<LeadTime>("/metrics/dora/lead-time", {
    ...service,
    query: { ...query, drill: "true", page_size: 100 },
  });
  assert.ok(body.drill, text);
  assert.deepStrictEqual(
    sorted(
      body.drill.rows.map((row) => [row["sha"], round(Number(row["seconds"])), row["counted"]]),
    ),
    sorted(leads.map(([name, hours]) => [sha(name), round(hours * h), hours >= 0])),
  );
  assert.strictEqual(body.drill.total_count, 16);
  const a1 = body.drill.rows.find((row) => row["sha"] === sha("a1"));
  assert.deepStrictEqual(
    [a1?.["repository"], a1?.["pull_request"], a1?.["deployment"], a1?.["stages"]],
    ["acme/shop", "1", "D1", { coding: 5 * h, pickup: 18 * h, review: 2 * h, deploy: h }],
  );
  /**
   * In minutes, of the pull requests 1 2 3 4 5 8; 4 and 8 have no review by a person, 2 was ready a day after it was opened.
   *   coding  300 1500   10  10   60    0   sorted 0 10 10 60 300 1500: p50 35, p75 at 3.75: 240, p90 at 4.5: 900
   *   pickup 1080  120   30   –  1200   –   30 120 1080 1200: 600, p75 at 2.25: 1110, p90 at 2.7: 1164
   *   review  120  120   30   –   180   –   30 120 120 180: 120, p75 at 2.25: 135, p90 at 2.7: 162
   *   deploy   60  360   30  20    60 2040  20 30 60 60 360 2040: 60, p75 at 3.75: 285, p90 at 4.5: 1200
   */
  assert.deepStrictEqual(
    round(body.stages.map(({ p50, p75, p90, ...rest }) => ({
      ...rest,
      minutes: [p50, p75, p90].map((seconds) => Number(seconds) / 60),
    }))),
    [
      { stage: "coding", n: 6, negative_spans: 0, unknown: 0, minutes: [35, 240, 900] },
      { stage: "pickup", n: 4, negative_spans: 0, unknown: 2, minutes: [600, 1110, 1164] },
      { stage: "review", n: 4, negative_spans: 0, unknown: 2, minutes: [120, 135, 162] },
      { stage: "deploy", n: 6, negative_spans: 0, unknown: 0, minutes: [60, 285, 1200] },
    ],
  );
  // 1 1⅔ 6 13 [22 24] 24 26 35 48 | 0.5 12 [24] 25 35
  assert.deepStrictEqual(
    body.weeks.map(({ start, n, p50, complete }) => [start, n, p50, complete]),
    [
      ["2025-03-03", 10, 23 * h, true],
      ["2025-03-10", 5, 24 * h, true],
    ],
  );
});

Deno.test("GET /metrics/dora/lead-time and recovery-time tell how their durations are spread", async () => {
  const binsOf = async (path: string) => {
    const { body, text } = await api<{ histogram: Bin[]; metric: { n: number } }>(
      `/metrics/dora/${path}`,
      { ...service, query },
    );
    assert.ok(body.histogram, text);
    const { histogram, metric } = body;
    assert.strictEqual(histogram.reduce((sum, { n }) => sum + n, 0), metric.n);
    return histogram.map(({ from_seconds, to_seconds, n }) => [
      from_seconds / h,
      to_seconds === null ? null : to_seconds / h,
      n,
    ]);
  };
  // 0.5 | 1 1⅔ | 6 | 12 13 22 | 24 24 24 25 26 35 35 | 48; what ends a bin is in the next.
  assert.deepStrictEqual(await binsOf("lead-time"), [
    [0, 1, 1],
    [1, 4, 2],
    [4, 12, 1],
    [12, 24, 3],
    [24, 48, 7],
    [48, 96, 1],
    [96, 168, 0],
    [168, 336, 0],
    [336, 720, 0],
    [720, null, 0],
  ]);
  // 3 3.5 | 94.5
  assert.deepStrictEqual(
    (await binsOf("recovery-time")).filter(([, , n]) => n !== 0),
    [[1, 4, 2], [48, 96, 1]],
  );
});

Deno.test("GET /metrics/dora/change-failure-rate tells how each incident was linked", async () => {
  const { body } = await api<{ drill: Rows }>("/metrics/dora/change-failure-rate", {
    ...service,
    query: { ...query, drill: "true", page_size: 5 },
  });
  assert.strictEqual(body.drill.total_count, 10);
  assert.deepStrictEqual(
    body.drill.rows.map((row) => [
      row["deployment"],
      row["deployments"],
      row["failed"],
      (row["incidents"] as Record<string, unknown>[]).map((one) => [
        one["incident"],
        one["method"],
        one["deployment"],
      ]),
    ]),
    [
      ["E2", 1, true, [["I4", "time", "E2"]]],
      ["D6", 1, true, [["I3", "time", "D6"]]],
      ["D4", 1, true, [["I2", "explicit", "D4"]]],
      // Pull request 3 takes back 2, which D2a was the first to deploy.
      ["D2a", 2, true, [["I1", "revert", "D2a"]]],
      ["E3", 1, false, []],
    ],
  );
});

Deno.test("GET /metrics/dora/rework-rate, deployment-frequency and recovery-time list their rows", async () => {
  const rows = async (path: string, page = 1) => {
    const { body, text } = await api<{ drill: Rows }>(`/metrics/dora/${path}`, {
      ...service,
      query: { ...query, drill: "true", page, page_size: 4 },
    });
    assert.ok(body.drill, text);
    return body.drill.rows;
  };
  assert.deepStrictEqual(
    (await rows("rework-rate")).map((
      row,
    ) => [row["deployment"], row["unplanned"], row["answers_incident"]]),
    [["D6", true, null], ["D5", true, "I2"], ["D3", true, "I1"], ["E3", false, null]],
  );
  assert.deepStrictEqual(
    (await rows("deployment-frequency", 3)).map((row) => row["deployment"]),
    ["E1", "D1"],
  );
  assert.deepStrictEqual(
    (await rows("recovery-time")).map((row) => [
      row["incident"],
      row["method"],
      row["recovery_seconds"],
      row["duration_seconds"],
      row["counted_in"],
    ]),
    [
      ["I4", "time", null, null, []],
      ["I3", "time", 94.5 * h, 105 * 60, ["recovery_time", "incident_duration"]],
      ["I2", "explicit", 3 * h, 110 * 60, ["recovery_time", "incident_duration"]],
      ["I1", "revert", 3.5 * h, 145 * 60, ["recovery_time", "incident_duration"]],
    ],
  );
});

Deno.test("GET /metrics/dora/filter-options names what there is data of", async () => {
  const { body } = await api<{ repositories: string[]; environments: { name: string }[] }>(
    "/metrics/dora/filter-options",
    { ...service, query: { org_id: org } },
  );
  assert.deepStrictEqual(body.repositories, ["acme/api", "acme/shop"]);
  assert.deepStrictEqual(body.environments.map(({ name }) => name), ["production", "staging"]);
});

function sorted(rows: unknown[][]): unknown[][] {
  return rows.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
}
