import assert from "node:assert/strict";
import {
  type DeliveryState,
  deliveryState,
  type Item,
  sha,
  storeDelivery,
} from "../helpers/delivery/delivery.ts";
import { commit, deployed, merged, t } from "../helpers/delivery/words.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { seeded } from "../helpers/inputs/random.ts";

Deno.test("what is kept does not depend on the order in which it came, nor on how often", async () => {
  const first = await replay(history);
  // A few of what the tables above explain, so that the same nothing everywhere is not taken for agreement.
  assert.deepStrictEqual(first.links, [
    "outage: one, revert",
    "question: hotfix, time",
    "slow: hotfix, explicit",
  ]);
  assert.deepStrictEqual(first.changes.filter((line) => line.startsWith("production")), [
    "production a1: one",
    "production a4 of 8: hotfix",
    "production a5: two",
    "production b1 of 7: one",
    "production b2 of 7: one",
    "production c1 of 9: two",
  ]);
  for (const seed of [1, 2, 3]) {
    const random = seeded(seed);
    const shuffled = history.map((word) => ({ word, at: random.next() })).sort((a, b) =>
      a.at - b.at
    )
      .map(({ word }) => word);
    const again = seed === 3 ? shuffled.toReversed() : [];
    assert.deepStrictEqual(await replay([...shuffled, ...again]), first, `seed ${seed}`);
  }
});

/** Stores a history of a day in some order, one word after the other, and answers what is kept of it. */
async function replay(words: [kind: string, item: Item][]): Promise<DeliveryState> {
  const { id } = await newOrganization();
  let waiting = words;
  while (waiting.length > 0) {
    const unknown: [string, Item][] = [];
    for (const [kind, item] of waiting) {
      const { rejected } = await storeDelivery(id, kind, [item]);
      if (rejected[0]?.code === "unknown_pull_request") unknown.push([kind, item]);
      else assert.deepStrictEqual(rejected, []);
    }
    assert.ok(unknown.length < waiting.length);
    waiting = unknown;
  }
  return await deliveryState(id);
}

// a1 ← a2 (squash of 7) ← a4 (8, which takes 7 back) ← a5 ← d1 (merge of 9, with c1); a3 was on a2 and forced away.
const history: [kind: string, Item][] = [
  ["repository", { repository_github_id: 4, default_branch: "trunk" }],
  ["commit", commit("a1", [], { author: "ada@example.test" })],
  ["commit", commit("a1", [], { additions: 3, authored_at: "2026-11-02T09:00:00Z" })],
  ["commit", commit("a2", ["a1"], { authored_at: "2026-11-02T12:00:00Z" })],
  ["commit", commit("a3", ["a2"], { authored_at: "2026-11-02T12:10:00Z" })],
  ["commit", commit("a4", ["a2"], { authored_at: "2026-11-02T14:00:00Z" })],
  ["commit", commit("a5", ["a4"], { authored_at: "2026-11-02T15:00:00Z" })],
  [
    "commit",
    commit("c1", ["a2"], { authored_at: "2026-11-02T12:20:00Z", on_default_branch: undefined }),
  ],
  ["commit", commit("d1", ["a5", "c1"], { authored_at: "2026-11-02T16:00:00Z" })],
  ["default_branch_head", { before: sha("a3"), sha: sha("a4"), forced: true }],
  ["pull_request", {
    external_id: "7",
    state: "open",
    created_at: t(7),
    draft: true,
    updated_at: t(7),
  }],
  ["pull_request", {
    external_id: "7",
    state: "open",
    created_at: t(7),
    draft: false,
    ready_at: t(8),
    updated_at: t(8),
  }],
  [
    "pull_request",
    merged("7", "a2", {
      created_at: t(7),
      draft: false,
      commits: ["b1", "b2"].map((short) => ({ sha: sha(short), author: "ada", authored_at: t(6) })),
    }),
  ],
  ["pull_request", merged("8", "a4", { merged_at: "2026-11-02T14:00:00Z", reverts: "7" })],
  [
    "pull_request",
    merged("9", "d1", {
      merged_at: "2026-11-02T16:00:00Z",
      commits: [{ sha: sha("c1"), author: "ada", authored_at: "2026-11-02T12:20:00Z" }],
    }),
  ],
  ["review", {
    pull_request: "7",
    external_id: "r",
    reviewer: "bob",
    state: "approved",
    submitted_at: t(9),
  }],
  ["review", {
    pull_request: "7",
    external_id: "r",
    reviewer: "bob",
    state: "dismissed",
    submitted_at: t(9),
  }],
  ["deployment", {
    external_id: "one",
    status: "pending",
    created_at: t(9),
    updated_at: t(9),
    sha: sha("a2"),
  }],
  ["deployment", deployed("one", "a2", 13, { updated_at: "2026-11-02T13:00:00Z" })],
  ["deployment", deployed("staged", "a5", 15, { environment: "staging" })],
  ["deployment", deployed("hotfix", "a4", 15, { incident: "outage" })],
  ["deployment", deployed("two", "d1", 17)],
  ["incident", {
    external_id: "outage",
    created_at: "2026-11-02T13:30:00Z",
    updated_at: "2026-11-02T13:30:00Z",
  }],
  ["incident", {
    external_id: "outage",
    created_at: "2026-11-02T13:30:00Z",
    resolved_at: "2026-11-02T15:00:00Z",
    updated_at: "2026-11-02T15:00:00Z",
  }],
  ["incident", { external_id: "question", created_at: "2026-11-02T16:00:00Z" }],
  ["incident", { external_id: "slow", created_at: "2026-11-02T18:00:00Z", commit: sha("a4") }],
  ["release", { external_id: "1", tag: "v1", published_at: t(9) }],
  ["branches", { names: [{ name: "trunk", sha: sha("d1") }], complete: true }],
];
