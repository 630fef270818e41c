import assert from "node:assert/strict";
import { sha, stored } from "../helpers/delivery/delivery.ts";
import { commit, deployed, drill, hour, metrics } from "../helpers/delivery/dora.ts";
import { api } from "../helpers/stack/api.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

// What real histories bring and hand-made ones do not, each worked out by hand. All of acme/shop, in UTC, unless it says otherwise.

Deno.test("an incident that turned out to be none is in no number, until it is one again", async () => {
  const { id } = await newOrganization();
  const range = { start: "2025-03-01", end: "2025-03-30" };
  const incident = (withdrawn: boolean | undefined, hour: number) => ({
    external_id: "i",
    created_at: "2025-03-04T13:00:00Z",
    resolved_at: "2025-03-04T14:00:00Z",
    updated_at: `2025-03-04T${hour}:00:00Z`,
    ...(withdrawn === undefined ? {} : { withdrawn }),
  });
  const counted = async () => {
    const found = await metrics(id, range);
    const values = ["change_failure_rate", "recovery_time", "incident_duration"]
      .map((key) => found.get(key)?.value);
    return [...values, (await drill(id, "recovery-time", range)).length];
  };
  await stored(id, "deployment", deployed("d", "a1", "2025-03-04T12:00:00Z"));
  await stored(id, "incident", incident(false, 14));
  assert.deepStrictEqual(await counted(), [100, 2 * hour, hour, 1]);
  await stored(id, "incident", incident(true, 16));
  assert.deepStrictEqual(await counted(), [0, null, null, 0]);
  // An older word that it is one comes too late, and a newer one that says nothing of it takes nothing back.
  await stored(id, "incident", incident(false, 15));
  await stored(id, "incident", incident(undefined, 17));
  assert.deepStrictEqual(await counted(), [0, null, null, 0]);
  await stored(id, "incident", incident(false, 18));
  assert.deepStrictEqual(await counted(), [100, 2 * hour, hour, 1]);
});

Deno.test("production is what its name or its source says, by the patterns of the organization", async () => {
  const { id } = await newOrganization();
  const range = { start: "2025-03-01", end: "2025-03-30" };
  const of = (name: string, rest = {}) =>
    deployed(name, "a1", "2025-03-04T12:00:00Z", { environment: name, ...rest });
  const names = [
    "prod",
    "live",
    "production-eu",
    "Production – shop",
    "us_prod2",
    "nonprod",
    "preprod",
    "pre-prod",
    "non-production",
    "live-preview",
    "reproduction",
    "delivery",
  ];
  await stored(
    id,
    "deployment",
    ...names.map((name) => of(name)),
    of("blue", { is_production: true }),
    of("production", { is_production: false }),
  );
  await stored(id, "incident", {
    external_id: "i",
    environment: "live",
    created_at: "2025-03-04T13:00:00Z",
  });
  const counted = async (query = {}) =>
    (await drill(id, "deployment-frequency", { ...range, page_size: "100", ...query }))
      .map(({ environment }) => environment).sort();
  const usual = ["blue", "live", "prod", "production – shop", "production-eu", "us_prod2"];
  assert.deepStrictEqual(await counted(), usual);
  assert.deepStrictEqual(await counted({ environment: "Live" }), usual);
  assert.deepStrictEqual(await counted({ environment: "preprod" }), ["preprod"]);
  const incidents = async (environment: string) =>
    (await metrics(id, { ...range, environment })).get("incident_duration")
      ?.excluded["open_incidents"];
  assert.deepStrictEqual([await incidents("production"), await incidents("preprod")], [1, 0]);

  // Only what the patterns say; what a * matches is no nonprod all the same.
  const patterns = (production_environments: string[] | null) =>
    api(`/orgs/${id}`, { method: "PATCH", as: "service", body: { production_environments } });
  await patterns(["*prod", "DELIVERY"]);
  assert.deepStrictEqual(await counted(), ["blue", "delivery", "prod"]);
  assert.deepStrictEqual([await incidents("production"), await incidents("live")], [0, 1]);
  await patterns(null);
  assert.deepStrictEqual(await counted(), usual);
});

Deno.test("an incident in the second of a deployment is put down to it, and one in the second before is not", async () => {
  const { id } = await newOrganization();
  const range = { start: "2025-03-01", end: "2025-03-30" };
  await stored(
    id,
    "deployment",
    deployed("d", "a1", "2025-03-04T12:00:00.700Z"),
    deployed("e", "b1", "2025-03-05T12:00:01Z"),
  );
  await stored(
    id,
    "incident",
    { external_id: "i", created_at: "2025-03-04T12:00:00Z" },
    { external_id: "j", created_at: "2025-03-05T12:00:00Z" },
  );
  const rows = await drill(id, "change-failure-rate", range);
  assert.deepStrictEqual(
    rows.map((row) => [
      row["deployment"],
      (row["incidents"] as Record<string, unknown>[]).map(({ incident }) => incident),
    ]).sort(),
    [["d", ["i", "j"]], ["e", []]],
  );
});

Deno.test("a review after the merge picks nothing up", async () => {
  const { id } = await newOrganization();
  const at = (hour: number) => `2025-03-04T${String(hour).padStart(2, "0")}:00:00Z`;
  await stored(id, "commit", commit("a1", null, at(1)), commit("b1", "a1", at(8)));
  await stored(id, "deployment", deployed("1", "a1", at(2)), deployed("2", "b1", at(12)));
  await stored(id, "pull_request", {
    external_id: "7",
    author: "ada",
    state: "merged",
    created_at: at(6),
    merged_at: at(8),
    merge_commit_sha: sha("b1"),
  });
  const review = { pull_request: "7", reviewer: "ben", state: "commented" };
  await stored(id, "review", { ...review, external_id: "late", submitted_at: at(9) });
  const stages = async () =>
    (await drill(id, "lead-time", { start: "2025-03-04", end: "2025-03-04" }))
      .find(({ sha: of }) => of === sha("b1"))?.["stages"];
  assert.deepStrictEqual(
    Object(await stages()),
    { coding: -2 * hour, pickup: null, review: null, deploy: 4 * hour },
  );
  await stored(id, "review", { ...review, external_id: "early", submitted_at: at(7) });
  assert.deepStrictEqual(
    Object(await stages()),
    { coding: -2 * hour, pickup: hour, review: hour, deploy: 4 * hour },
  );
});
