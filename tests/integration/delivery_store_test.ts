import assert from "node:assert/strict";
import {
  type DeliveryState,
  deliveryState,
  type Item,
  sha,
  stored,
  storeDelivery,
} from "../helpers/delivery/delivery.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { seeded } from "../helpers/inputs/random.ts";

/** A commit of Monday, 2 November 2026, built on others and on the default branch unless it says otherwise. */
function commit(short: string, parents: string[] = [], rest: Item = {}): Item {
  const time = rest["authored_at"] ?? "2026-11-02T09:00:00Z";
  return {
    sha: sha(short),
    author: "ada",
    authored_at: time,
    committed_at: time,
    parents: parents.map(sha),
    on_default_branch: true,
    ...rest,
  };
}

/** A successful deployment that took no time, at an hour of 2 November. */
function deployed(external_id: string, short: string, hour: number, rest: Item = {}): Item {
  const time = `2026-11-02T${String(hour).padStart(2, "0")}:00:00Z`;
  return {
    external_id,
    sha: sha(short),
    status: "success",
    created_at: time,
    finished_at: time,
    ...rest,
  };
}

/** A pull request that was merged at noon. */
function merged(external_id: string, merge: string, rest: Item = {}): Item {
  return {
    external_id,
    state: "merged",
    created_at: "2026-11-02T10:00:00Z",
    merged_at: "2026-11-02T12:00:00Z",
    updated_at: "2026-11-02T12:00:00Z",
    merge_commit_sha: sha(merge),
    ...rest,
  };
}

/** Stores step after step and compares a part of what is kept after each. */
async function walkThrough(
  part: keyof DeliveryState,
  steps: [kind: string, items: Item[], expected: string[]][],
): Promise<string> {
  const { id } = await newOrganization();
  for (const [index, [kind, items, expected]] of steps.entries()) {
    await stored(id, kind, ...items);
    const state = await deliveryState(id);
    assert.deepStrictEqual(state[part], expected, `after step ${index + 1}, a ${kind}`);
  }
  return id;
}

Deno.test("a commit is deployed by the first deployment that contains it, in whatever order they are heard of", async () => {
  // a1 ← a2 ← a3 ← a4
  await walkThrough("deployed", [
    ["commit", [commit("a1"), commit("a2", ["a1"])], []],
    ["deployment", [deployed("second", "a2", 12)], [
      "production a1: second",
      "production a2: second",
    ]],
    // an earlier one, later
    ["deployment", [deployed("first", "a1", 11)], [
      "production a1: first",
      "production a2: second",
    ]],
    // a commit that is not known yet, a pending and a failed one
    ["deployment", [
      deployed("fourth", "a4", 14),
      { ...deployed("pending", "a1", 9), status: "pending", finished_at: undefined },
      deployed("failed", "a1", 8, { status: "failure" }),
    ], ["production a1: first", "production a2: second"]],
    ["commit", [commit("a4", ["a3"])], [
      "production a1: first",
      "production a2: second",
      "production a4: fourth",
    ]],
    // the commit in the middle
    ["commit", [commit("a3", ["a2"])], [
      "production a1: first",
      "production a2: second",
      "production a3: fourth",
      "production a4: fourth",
    ]],
    // a deployment of the middle, before the last
    ["deployment", [deployed("third", "a3", 13)], [
      "production a1: first",
      "production a2: second",
      "production a3: third",
      "production a4: fourth",
    ]],
    // the first was no success after all
    ["deployment", [deployed("first", "a1", 11, { status: "failure" })], [
      "production a1: second",
      "production a2: second",
      "production a3: third",
      "production a4: fourth",
    ]],
    // the third was of another commit, to another place
    ["deployment", [deployed("third", "a4", 13, { environment: "Staging" })], [
      "production a1: second",
      "production a2: second",
      "production a3: fourth",
      "production a4: fourth",
      "staging a1: third",
      "staging a2: third",
      "staging a3: third",
      "staging a4: third",
    ]],
    // the second finished after the fourth
    ["deployment", [deployed("second", "a2", 15)], [
      "production a1: fourth",
      "production a2: fourth",
      "production a3: fourth",
      "production a4: fourth",
      "staging a1: third",
      "staging a2: third",
      "staging a3: third",
      "staging a4: third",
    ]],
  ]);
});

Deno.test("parents that become known later are deployed with their child", async () => {
  await walkThrough("deployed", [
    ["commit", [{ ...commit("a2"), parents: undefined }, commit("a1")], []],
    ["deployment", [deployed("one", "a2", 12)], ["production a2: one"]],
    ["commit", [commit("a2", ["a1"])], ["production a1: one", "production a2: one"]],
  ]);
});

Deno.test("a change is the commit that was written, however its pull request was merged", async () => {
  const written = (...shorts: string[]) =>
    shorts.map((short, index) => ({
      sha: sha(short),
      author: "ada",
      authored_at: `2026-11-02T08:3${index}:00Z`,
    }));
  await walkThrough("changes", [
    // b1 and b2 were squashed into a2; a1 and a3 came through no pull request
    ["commit", [commit("a1"), commit("a2", ["a1"]), commit("a3", ["a2"])], [
      "production a1",
      "production a2",
      "production a3",
    ]],
    ["pull_request", [merged("squash", "a2", { commits: written("b1", "b2") })], [
      "production a1",
      "production a3",
      "production b1 of squash",
      "production b2 of squash",
    ]],
    ["deployment", [deployed("one", "a2", 13)], [
      "production a1: one",
      "production a3",
      "production b1 of squash: one",
      "production b2 of squash: one",
    ]],
    // c1 and c2 were rebased into c3 and c4: the same author and time; c4 is what it was merged as
    ["pull_request", [merged("rebase", "c4", {
      commits: [
        { sha: sha("c1"), author: "bob", authored_at: "2026-11-02T07:00:00Z" },
        { sha: sha("c2"), author: "bob", authored_at: "2026-11-02T08:00:00Z" },
      ],
    })], [
      "production a1: one",
      "production a3",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase",
      "production c2 of rebase",
    ]],
    ["commit", [
      commit("c3", ["a3"], { author: "bob", authored_at: "2026-11-02T07:00:00Z" }),
      commit("c4", ["c3"], { author: "bob", authored_at: "2026-11-02T08:00:00Z" }),
    ], [
      "production a1: one",
      "production a3",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase",
      "production c2 of rebase",
    ]],
    // d1 is merged as itself, through the merge d2; a3, c3 and c4 go along
    ["commit", [commit("d1", ["a2"]), commit("d2", ["c4", "d1"])], [
      "production a1: one",
      "production a3",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase",
      "production c2 of rebase",
      "production d1",
    ]],
    ["deployment", [deployed("two", "d2", 14)], [
      "production a1: one",
      "production a3: two",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase: two",
      "production c2 of rebase: two",
      "production d1: two",
    ]],
    ["pull_request", [merged("merge", "d2", { commits: written("d1") })], [
      "production a1: one",
      "production a3: two",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase: two",
      "production c2 of rebase: two",
      "production d1 of merge: two",
    ]],
    // of this one nothing but its squash is known
    ["commit", [commit("e1", ["d2"])], [
      "production a1: one",
      "production a3: two",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase: two",
      "production c2 of rebase: two",
      "production d1 of merge: two",
      "production e1",
    ]],
    ["pull_request", [merged("whole", "e1")], [
      "production a1: one",
      "production a3: two",
      "production b1 of squash: one",
      "production b2 of squash: one",
      "production c1 of rebase: two",
      "production c2 of rebase: two",
      "production d1 of merge: two",
      "production e1 of whole",
    ]],
  ]);
});

Deno.test("a force push takes commits off the default branch, and what is heard of them again does not put them back", async () => {
  const lost = [commit("a2", ["a1"]), commit("a3", ["a2"])];
  const push = { before: sha("a3"), sha: sha("b2"), forced: true };
  // a1 ← a2 ← a3 becomes a1 ← b2, and then b3 brings a2 back by merging it
  await walkThrough("changes", [
    ["commit", [commit("a1"), ...lost], ["production a1", "production a2", "production a3"]],
    ["default_branch_head", [push], ["production a1", "production a2", "production a3"]],
    ["commit", [commit("b2", ["a1"], { on_default_branch: undefined })], [
      "production a1",
      "production b2",
    ]],
    ["commit", [{ ...lost[0], headline: "changed" }, { ...lost[1], additions: 3 }], [
      "production a1",
      "production b2",
    ]],
    ["default_branch_head", [push], ["production a1", "production b2"]],
    ["commit", [commit("b3", ["b2", "a2"])], ["production a1", "production a2", "production b2"]],
  ]);
});

Deno.test("an incident is put down to a deployment by the best method there is", async () => {
  const incident = (external_id: string, began_at: string, rest: Item = {}) => ({
    external_id,
    began_at,
    created_at: "2026-11-02T20:00:00Z",
    ...rest,
  });
  await walkThrough("links", [
    ["incident", [
      incident("by-time", "2026-11-02T13:30:00Z"),
      incident("at-once", "2026-11-02T12:59:59Z"),
      incident("named", "2026-11-02T13:30:00Z", { deployment: "one" }),
      incident("commit", "2026-11-02T18:00:00Z", { commit: sha("a1") }),
      incident("staging", "2026-11-02T18:00:00Z", { environment: "staging" }),
    ], []],
    // one that finishes in the second after the incident began did not finish before it; one that failed, or went elsewhere, is none
    ["deployment", [
      deployed("two", "a2", 13),
      deployed("failed", "a2", 12, { status: "failure" }),
      deployed("elsewhere", "a2", 12, { environment: "staging" }),
    ], ["by-time: two, time", "commit: two, time", "named: two, time", "staging: elsewhere, time"]],
    ["deployment", [deployed("one", "a1", 11)], [
      "at-once: one, time",
      "by-time: two, time",
      "commit: two, time",
      "named: one, explicit",
      "staging: elsewhere, time",
    ]],
    ["commit", [commit("a1"), commit("a2", ["a1"])], [
      "at-once: one, time",
      "by-time: two, time",
      "commit: one, explicit",
      "named: one, explicit",
      "staging: elsewhere, time",
    ]],
    // pull request 7 was merged as a1 and deployed by one; taken back at 14:00, after by-time and at-once began
    ["pull_request", [
      merged("7", "a1"),
      merged("8", "a3", { merged_at: "2026-11-02T14:00:00Z", reverts: "7" }),
    ], [
      "at-once: one, revert",
      "by-time: one, revert",
      "commit: one, explicit",
      "named: one, explicit",
      "staging: elsewhere, time",
    ]],
    ["incident", [incident("by-time", "2026-11-02T14:30:00Z")], [
      "at-once: one, revert",
      "by-time: two, time",
      "commit: one, explicit",
      "named: one, explicit",
      "staging: elsewhere, time",
    ]],
    // what two was, is not
    ["deployment", [deployed("two", "a2", 13, { status: "cancelled" })], [
      "at-once: one, revert",
      "by-time: one, time",
      "commit: one, explicit",
      "named: one, explicit",
      "staging: elsewhere, time",
    ]],
  ]);
});

Deno.test("of two words about one thing the newer counts, and what is left out is left as it is known", async () => {
  const cases: [name: string, kind: string, words: Item[], expected: Item][] = [
    ["an older title", "pull_request", [
      {
        external_id: "1",
        state: "closed",
        title: "New",
        created_at: t(1),
        closed_at: t(5),
        updated_at: t(5),
      },
      {
        external_id: "1",
        state: "open",
        title: "Old",
        created_at: t(1),
        updated_at: t(2),
        additions: 4,
      },
    ], { state: "closed", title: "New", closed_at: u(5), updated_at: u(5), additions: 4 }],
    ["opened again", "pull_request", [
      { external_id: "1", state: "open", created_at: t(1), reopened_at: t(6), updated_at: t(6) },
      { external_id: "1", state: "closed", created_at: t(1), closed_at: t(5), updated_at: t(5) },
    ], { state: "open", closed_at: null, reopened_at: u(6) }],
    ["merged stays merged", "pull_request", [
      { external_id: "1", state: "merged", created_at: t(1), merged_at: t(4) },
      { external_id: "1", state: "open", title: "Seen", created_at: t(1), updated_at: t(9) },
    ], { state: "merged", merged_at: u(4), title: "Seen" }],
    ["ended stays ended", "deployment", [
      { external_id: "1", status: "success", created_at: t(1), finished_at: t(3), ref: "v1" },
      { external_id: "1", status: "pending", created_at: t(1), pipeline_id: "run" },
    ], { status: "success", finished_at: u(3), ref: "v1", pipeline_id: "run" }],
    ["a newer word ends it", "deployment", [
      {
        external_id: "1",
        status: "failure",
        created_at: t(1),
        finished_at: t(3),
        updated_at: t(3),
      },
      {
        external_id: "1",
        status: "success",
        created_at: t(1),
        finished_at: t(2),
        updated_at: t(2),
      },
    ], { status: "failure", finished_at: u(3) }],
    ["an end without a time", "deployment", [
      { external_id: "1", status: "success", created_at: t(1), incident: "outage" },
    ], { finished_at: u(1), is_unplanned: true, environment: "production" }],
    ["resolved", "incident", [
      { external_id: "1", created_at: t(2), resolved_at: t(5), updated_at: t(5) },
      { external_id: "1", created_at: t(2), severity: "high", updated_at: t(2) },
    ], { began_at: u(2), resolved_at: u(5), severity: "high" }],
    ["open again", "incident", [
      { external_id: "1", created_at: t(2), resolved_at: null, updated_at: t(6) },
      { external_id: "1", created_at: t(2), resolved_at: t(5), updated_at: t(5) },
    ], { resolved_at: null }],
    ["a correction without updated_at", "incident", [
      { external_id: "1", created_at: t(2), began_at: t(1), resolved_at: t(5) },
    ], { began_at: u(1), resolved_at: u(5) }],
  ];
  for (const [name, kind, words, expected] of cases) {
    const { id } = await newOrganization();
    for (
      const [order, said] of [["as they are", words], ["reversed", words.toReversed()]] as const
    ) {
      const repository = `${name}, ${order}`;
      for (const word of said) await stored(id, kind, { ...word, repository });
      const together = { repository: `${repository}, at once` };
      await stored(id, kind, ...said.map((word) => ({ ...word, ...together })));
    }
    const rows = (await deliveryState(id))[`${kind}s` as "incidents"];
    const kept = rows.map((row) =>
      Object.fromEntries(Object.keys(expected).map((key) => [key, row[key]]))
    );
    assert.deepStrictEqual(kept, [expected, expected, expected, expected], name);
  }
});

Deno.test("a bad item costs no other", async () => {
  const { id } = await newOrganization();
  const answer = await storeDelivery(id, "commit", [
    commit("a1"),
    commit("a2", ["a1"], { authored_at: "yesterday, or so" }),
    commit("a3", ["a2"], { headline: "x".repeat(501) }),
    { ...commit("a4"), repository: "" },
    commit("a5", ["a1"]),
  ]);
  assert.strictEqual(answer.stored, 2);
  assert.deepStrictEqual(answer.rejected.map(({ index, code }) => [index, code]), [
    [1, "validation_failed"],
    [2, "validation_failed"],
    [3, "validation_failed"],
  ]);
  assert.strictEqual((await deliveryState(id)).commits.length, 2);
  const reviews = await storeDelivery(id, "review", [{
    pull_request: "9",
    external_id: "1",
    state: "approved",
    submitted_at: t(1),
  }]);
  assert.deepStrictEqual(reviews.rejected, [{
    index: 0,
    code: "unknown_pull_request",
    message: "pull_request: 9 is not known of acme/shop",
  }]);
});

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

Deno.test("GitHub's number follows a repository through its names", async () => {
  await walkThrough("repositories", [
    ["commit", [{ ...commit("a1"), repository: "acme/old" }], ["acme/old"]],
    ["repository", [{ repository: "Acme/Old", repository_github_id: 1 }], ["acme/old 1"]],
    ["repository", [{ repository: "acme/new", repository_github_id: 1, archived: true }], [
      "acme/new 1 archived",
    ]],
    // somebody else takes the old name, and then the new one
    ["repository", [{ repository: "acme/old", repository_github_id: 2 }], [
      "acme/new 1 archived",
      "acme/old 2",
    ]],
    ["repository", [{ repository: "acme/new", repository_github_id: 2 }], [
      "acme/new 2",
      "acme/new#1 1 archived",
    ]],
    ["repository", [{ repository: "acme/moved", repository_github_id: 1 }], [
      "acme/moved 1 archived",
      "acme/new 2",
    ]],
  ]);
});

/** An hour of 2 November 2026, as it is sent. */
function t(hour: number): string {
  return `2026-11-02T0${hour}:00:00Z`;
}

/** The same as the database writes it. */
function u(hour: number): string {
  return `2026-11-02T0${hour}:00:00+00:00`;
}
