import { sha } from "../helpers/delivery/delivery.ts";
import { commit, deployed, merged, walkThrough } from "../helpers/delivery/words.ts";

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
