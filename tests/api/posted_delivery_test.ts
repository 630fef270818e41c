import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { deliveryState, sha } from "../helpers/delivery/delivery.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

const time = (hour: number) => `2026-11-02T${String(hour).padStart(2, "0")}:00:00Z`;

Deno.test("POST /metrics/dora/… takes one item, a list and {items}, in any order, and again", async () => {
  const owner = await newPerson();
  const post = (what: string, body: unknown) =>
    api(`/metrics/dora/${what}`, { method: "POST", as: owner, body });
  const repository = "acme/shop";
  const deployment = { repository, external_id: "d", sha: sha("b2"), status: "success" };
  const commit = (short: string, ...parents: string[]) => ({
    repository,
    sha: sha(short),
    parents: parents.map(sha),
    authored_at: time(8),
    committed_at: time(8),
    on_default_branch: true,
  });

  for (const round of [1, 2]) {
    const answers = [
      await post("incidents", { repository, external_id: "i", created_at: time(12) }),
      await post("deployments", { ...deployment, created_at: time(9), finished_at: time(10) }),
      await post("commits", [commit("b2", "a1"), commit("a1")]),
      await post("pull-requests", {
        items: [{ repository, external_id: "7", state: "open", created_at: time(8) }],
      }),
    ];
    assert.deepStrictEqual(
      answers.map(({ status, body }) => [status, body["stored"]]),
      [[200, 1], [200, 1], [200, 2], [200, 1]],
      `round ${round}`,
    );
    const state = await deliveryState(owner.orgId);
    assert.deepStrictEqual(state.deployed, ["production a1: d", "production b2: d"]);
    assert.deepStrictEqual(state.links, ["i: d, time"]);
  }
});

Deno.test("a bad item costs no other, and one alone is a 422", async () => {
  const owner = await newPerson();
  const good = { repository: "acme/shop", external_id: "1", created_at: time(9) };
  const mixed = await api<{ stored: number; rejected: { index: number; errors: object[] }[] }>(
    "/metrics/dora/incidents",
    { method: "POST", as: owner, body: [{ ...good, resolved_at: "soon" }, good] },
  );
  assert.strictEqual(mixed.status, 207, mixed.text);
  assert.strictEqual(mixed.body.stored, 1);
  assert.deepStrictEqual(mixed.body.rejected.map(({ index, errors }) => [index, errors.length]), [
    [0, 1],
  ]);
  const alone = await api("/metrics/dora/incidents", {
    method: "POST",
    as: owner,
    body: { ...good, resolved_at: "soon" },
  });
  assertProblem(alone, 422, "validation_failed", ["resolved_at"]);
  const { repository, external_id } = good;
  const timeless = await api<{ errors: object[] }>("/metrics/dora/incidents", {
    method: "POST",
    as: owner,
    body: { repository, external_id },
  });
  assert.deepStrictEqual(timeless.body.errors, [{ path: "created_at", message: "is required" }]);
});

Deno.test("what is deleted is in no number any more, and what followed from it is worked out again", async () => {
  const owner = await newPerson();
  const repository = "acme/shop";
  const post = (what: string, ...items: object[]) =>
    api(`/metrics/dora/${what}`, {
      method: "POST",
      as: owner,
      body: items.map((item) => ({ repository, ...item })),
    });
  const gone = async (what: string, query: Record<string, string>) =>
    (await api(`/metrics/dora/${what}`, {
      method: "DELETE",
      as: owner,
      query: { repository: "Acme/Shop", ...query },
    })).status;
  const commit = (short: string, ...parents: string[]) => ({
    sha: sha(short),
    parents: parents.map(sha),
    authored_at: time(8),
    committed_at: time(8),
    on_default_branch: true,
  });
  const deployment = (external_id: string, short: string, hour: number) => ({
    external_id,
    sha: sha(short),
    status: "success",
    created_at: time(hour),
    finished_at: time(hour),
  });
  const state = async () => {
    const { deployed, changes, links, reviews } = await deliveryState(owner.orgId);
    return { deployed, changes, links, reviews };
  };
  // a1 ← b2 ← c3, the pull request 7 was merged as c3; d is of b2, e of c3, and i is put down to e.
  await post("commits", commit("a1"), commit("b2", "a1"), commit("c3", "b2"));
  await post("deployments", deployment("d", "b2", 10), deployment("e", "c3", 11));
  await post("incidents", { external_id: "i", created_at: time(12) });
  await post("pull-requests", {
    external_id: "7",
    state: "merged",
    created_at: time(8),
    merged_at: time(9),
    merge_commit_sha: sha("c3"),
    commits: [{ sha: sha("f6"), authored_at: time(7) }],
  });
  const review = { pull_request: "7", external_id: "r", state: "approved", submitted_at: time(9) };
  assert.deepStrictEqual((await post("reviews", review)).body["accepted"], 1);
  assert.deepStrictEqual((await post("reviews", review)).body["duplicates"], 1);
  assert.strictEqual((await post("reviews", { ...review, pull_request: "8" })).status, 207);
  assert.deepStrictEqual(await state(), {
    deployed: ["production a1: d", "production b2: d", "production c3: e"],
    changes: ["production a1: d", "production b2: d", "production f6 of 7: e"],
    links: ["i: e, time"],
    reviews: ["acme/shop 7 r approved 2026-11-02 09:00:00+00"],
  });
  assert.strictEqual(await gone("reviews", { pull_request: "7", external_id: "r" }), 204);
  assert.strictEqual(await gone("pull-requests", { external_id: "7" }), 204);
  assert.deepStrictEqual(await state(), {
    deployed: ["production a1: d", "production b2: d", "production c3: e"],
    changes: ["production a1: d", "production b2: d", "production c3: e"],
    links: ["i: e, time"],
    reviews: [],
  });
  assert.strictEqual(await gone("deployments", { external_id: "e" }), 204);
  assert.deepStrictEqual(await state(), {
    deployed: ["production a1: d", "production b2: d"],
    changes: ["production a1: d", "production b2: d", "production c3"],
    links: ["i: d, time"],
    reviews: [],
  });
  // Through b2 alone a1 had been deployed.
  assert.strictEqual(await gone("commits", { sha: sha("b2") }), 204);
  assert.deepStrictEqual(await state(), {
    deployed: [],
    changes: ["production a1", "production c3"],
    links: ["i: d, time"],
    reviews: [],
  });
  assert.strictEqual(await gone("incidents", { external_id: "i" }), 204);
  assert.deepStrictEqual((await state()).links, []);
  assert.deepStrictEqual(
    await Promise.all([
      gone("reviews", { pull_request: "7", external_id: "r" }),
      gone("pull-requests", { external_id: "7" }),
      gone("deployments", { external_id: "e" }),
      gone("commits", { sha: sha("b2") }),
      gone("incidents", { external_id: "i" }),
    ]),
    [404, 404, 404, 404, 404],
  );
  await post("commits", commit("b2", "a1"));
  assert.deepStrictEqual((await state()).deployed, ["production a1: d", "production b2: d"]);
});
