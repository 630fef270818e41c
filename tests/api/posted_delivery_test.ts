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
});
