import assert from "node:assert/strict";
import {
  deliveryState,
  type Item,
  sha,
  stored,
  storeDelivery,
} from "../helpers/delivery/delivery.ts";
import { commit, deployed, merged, t, u, walkThrough } from "../helpers/delivery/words.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

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
