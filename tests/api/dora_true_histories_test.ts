import assert from "node:assert/strict";
import { sha, stored } from "../helpers/delivery/delivery.ts";
import { commit, deployed, drill, hour, metrics } from "../helpers/delivery/dora.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

// What real histories bring and hand-made ones do not, each worked out by hand. All of acme/shop, in UTC, unless it says otherwise.

Deno.test("what the first known deployment contains has no lead time", async () => {
  const { id } = await newOrganization();
  // 200 commits, one in nine days of five years; c1 and c2 four hours before their deployment.
  const begin = Date.UTC(2020, 2, 1);
  const old = Array.from({ length: 200 }, (_, n) =>
    commit(
      (0x1000 + n).toString(16),
      n === 0 ? null : (0x1000 + n - 1).toString(16),
      new Date(begin + n * 9 * 86_400_000).toISOString(),
    ));
  await stored(id, "commit", ...old);
  await stored(id, "commit", commit("c1", "10c7", "2025-03-04T08:00:00Z"));
  await stored(id, "commit", commit("c2", "c1", "2025-03-05T08:00:00Z"));
  // The second is heard of first, and for a while is the first.
  await stored(id, "deployment", deployed("second", "c1", "2025-03-04T12:00:00Z"));
  const range = { start: "2025-03-01", end: "2025-03-30" };
  const alone = (await metrics(id, range)).get("lead_time");
  assert.deepStrictEqual(
    [alone?.value, alone?.null_reason, alone?.excluded["first_deployment_changes"]],
    [null, "only_first_deployment", 201],
  );
  await stored(
    id,
    "deployment",
    deployed("third", "c2", "2025-03-05T12:00:00Z"),
    deployed("first", "10c7", "2025-03-03T12:00:00Z"),
  );
  const lead = (await metrics(id, range)).get("lead_time");
  assert.deepStrictEqual(
    [lead?.value, lead?.n, lead?.band, lead?.excluded["first_deployment_changes"]],
    [4 * hour, 2, "elite", 200],
  );
  const rows = await drill(id, "lead-time", { ...range, page_size: "3" });
  assert.deepStrictEqual(
    rows.map(({ seconds, counted, initial }) => [seconds, counted, initial]),
    [[4 * hour, true, false], [4 * hour, true, false], [null, false, true]],
  );
  // Nothing of it is known to have succeeded after all: the second is the first again.
  await stored(
    id,
    "deployment",
    deployed("first", "10c7", "2025-03-03T12:00:00Z", { status: "failure" }),
  );
  const again = (await metrics(id, range)).get("lead_time");
  assert.deepStrictEqual(
    [again?.value, again?.n, again?.excluded["first_deployment_changes"]],
    [4 * hour, 1, 201],
  );
});

Deno.test("a commit is named by the beginning of its hash, also before it is known", async () => {
  const { id } = await newOrganization();
  const range = { start: "2025-03-01", end: "2025-03-30" };
  const full = "9fceb02d0ae598e95dc970b74767f19372d61af8";
  const culprit = "1a2b3c4d".padEnd(40, "5");
  const named = async () => {
    const [lead, rows] = await Promise.all([
      drill(id, "lead-time", range),
      drill(id, "change-failure-rate", range),
    ]);
    return [
      lead.map((row) => [row["sha"], row["deployment"]]).sort(),
      rows.flatMap((row) =>
        (row["incidents"] as Record<string, unknown>[]).map((
          one,
        ) => [one["deployment"], one["method"]])
      ),
    ];
  };
  // The latest before the incident is `later`; it names the commit that `short` brought.
  await stored(
    id,
    "deployment",
    { ...deployed("first", "a1", "2025-03-02T12:00:00Z") },
    { ...deployed("short", "00", "2025-03-04T12:00:00Z"), sha: "9fceb02d" },
    { ...deployed("later", "b1", "2025-03-05T12:00:00Z") },
  );
  await stored(id, "incident", {
    external_id: "i",
    created_at: "2025-03-05T13:00:00Z",
    commit: "1a2b3c4",
  });
  assert.deepStrictEqual(await named(), [[], [["later", "time"]]]);
  const at = "2025-03-02T10:00:00Z";
  await stored(id, "commit", commit("a1", null, at));
  await stored(id, "commit", { ...commit("c1", "a1", at), sha: culprit });
  await stored(id, "commit", { ...commit("c2", null, at), sha: full, parents: [culprit] });
  await stored(id, "commit", { ...commit("b1", null, at), parents: [full] });
  assert.deepStrictEqual(await named(), [
    [[sha("a1"), "first"], [sha("b1"), "later"], [culprit, "short"], [full, "short"]],
    [["short", "explicit"]],
  ]);
  // Said again in short it is the same; the incident of one that is known at once is, too.
  await stored(id, "deployment", {
    ...deployed("short", "00", "2025-03-04T12:00:00Z"),
    sha: "9fceb02d",
  });
  await stored(id, "incident", {
    external_id: "i",
    created_at: "2025-03-05T13:00:00Z",
    commit: "1a2b3c4d55",
  });
  assert.deepStrictEqual((await named())[1], [["short", "explicit"]]);
  // Another commit that begins so: which one is meant is not known any more.
  await stored(id, "commit", { ...commit("c3", null, at), sha: "9fceb02d".padEnd(40, "7") });
  assert.deepStrictEqual(await named(), [
    [[sha("a1"), "first"], [sha("b1"), "later"], [culprit, "later"], [full, "later"]],
    [["later", "explicit"]],
  ]);
});

Deno.test("a deployment of an older commit than the one before it is a rollback", async () => {
  const { id } = await newOrganization();
  const range = { start: "2025-03-01", end: "2025-03-30" };
  const rows = async () =>
    (await drill(id, "change-failure-rate", { ...range, page_size: "10" }))
      .map((row) => [
        row["deployment"],
        row["rollback"],
        row["unplanned"],
        (row["incidents"] as Record<string, unknown>[]).map(({ incident }) => incident),
      ]).sort();
  const history = [
    deployed("1 a", "a1", "2025-03-03T12:00:00Z"),
    deployed("2 b", "b1", "2025-03-04T12:00:00Z"),
    deployed("3 back to a", "a1", "2025-03-05T12:00:00Z"),
    deployed("4 a again", "a1", "2025-03-05T12:10:00Z"),
    deployed("5 b again", "b1", "2025-03-06T12:00:00Z"),
    deployed("6 d", "d1", "2025-03-07T12:00:00Z"),
    deployed("7 back to c", "c1", "2025-03-08T12:00:00Z"),
  ];
  await stored(id, "incident", { external_id: "i", created_at: "2025-03-05T12:15:00Z" });
  await stored(id, "deployment", ...history);
  // Without its commits nobody can tell that c is older than d.
  const known = [
    ["1 a", false, false, []],
    ["2 b", false, false, ["i"]],
    ["3 back to a", true, true, []],
    ["4 a again", true, true, []],
    ["5 b again", false, false, []],
    ["6 d", false, false, []],
  ];
  assert.deepStrictEqual(await rows(), [...known, ["7 back to c", false, false, []]]);
  const commits = [
    commit("a1", null, "2025-03-02T09:00:00Z"),
    commit("b1", "a1", "2025-03-02T10:00:00Z"),
    commit("c1", "b1", "2025-03-02T11:00:00Z"),
    commit("d1", "c1", "2025-03-02T12:00:00Z"),
  ];
  await stored(id, "commit", ...commits);
  assert.deepStrictEqual(await rows(), [...known, ["7 back to c", true, true, []]]);
  const rework = (await metrics(id, range)).get("rework_rate");
  assert.deepStrictEqual([rework?.value, rework?.n], [3 / 7 * 100, 7]);
  // The deployment that it went back from was never one: it is no rollback either.
  await stored(
    id,
    "deployment",
    deployed("2 b", "b1", "2025-03-04T12:00:00Z", { status: "failure" }),
  );
  assert.deepStrictEqual(
    (await rows()).filter(([, rollback]) => rollback).map(([name]) => name),
    ["7 back to c"],
  );
});

Deno.test("the band of the frequency is one, whatever part of the year is looked at", async () => {
  const { id } = await newOrganization();
  // One deployment on the 15th of each month from July to December 2024, and none from January to March.
  const months = ["07", "08", "09", "10", "11", "12"];
  await stored(
    id,
    "deployment",
    ...months.map((month) => deployed(month, `a${month}`, `2024-${month}-15T12:00:00Z`)),
  );
  const bands = [];
  for (
    const [start, end] of [
      ["2024-07-01", "2024-12-31"],
      ["2024-09-01", "2024-09-30"],
      ["2024-10-01", "2024-10-31"],
      ["2024-09-20", "2024-10-19"],
      ["2024-08-16", "2024-10-14"], // the end of August has none, September one, the beginning of October none
      ["2024-07-01", "2025-03-31"], // six months of nine have one
      ["2024-11-01", "2025-03-31"], // two of five
      ["2024-07-01", "2025-12-31"], // one half of three
    ] as const
  ) {
    const range = { start, end };
    const year2021 = { ...range, report_year: "2021" };
    bands.push([
      start,
      (await metrics(id, range)).get("deployment_frequency")?.band,
      (await metrics(id, year2021)).get("deployment_frequency")?.band,
    ]);
  }
  assert.deepStrictEqual(bands, [
    ["2024-07-01", "medium", "high"],
    ["2024-09-01", "medium", "high"],
    ["2024-10-01", "medium", "high"],
    ["2024-09-20", "medium", "high"],
    ["2024-08-16", "low", "medium"],
    ["2024-07-01", "medium", "high"],
    ["2024-11-01", "low", "medium"],
    ["2024-07-01", "low", "low"],
  ]);
});
