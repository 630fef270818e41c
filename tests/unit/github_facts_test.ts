import assert from "node:assert/strict";
import {
  headlineOf,
  identityOf,
  namedCause,
  pipelineOf,
  revertedNumber,
  reviewState,
  runOutcome,
  severityOf,
} from "../../supabase/functions/_shared/github/facts.ts";
import { mergeMethod } from "../../supabase/functions/etl/steps/pull_request_items.ts";
import { JobSettings } from "../../supabase/functions/_shared/github/settings.ts";
import { deploymentItem } from "../../supabase/functions/etl/steps/deployments.ts";

Deno.test("identityOf() prefers the login, and knows bots", () => {
  const table: [Parameters<typeof identityOf>[0], ReturnType<typeof identityOf>][] = [
    [{ login: "Ada", email: "ada@example.test" }, { author: "ada", is_bot: false }],
    [{ email: " Ada@Example.test " }, { author: "ada@example.test", is_bot: false }],
    [{ email: "7+ada@users.noreply.github.com" }, { author: "ada", is_bot: false }],
    [{ email: "ada@users.noreply.github.com" }, { author: "ada", is_bot: false }],
    // GraphQL leaves the suffix off, REST and e-mail addresses have it: they must be one author.
    [{ login: "dependabot", type: "Bot" }, { author: "dependabot[bot]", is_bot: true }],
    [{ login: "dependabot[bot]", type: "Bot" }, { author: "dependabot[bot]", is_bot: true }],
    [
      { email: "49699333+dependabot[bot]@users.noreply.github.com" },
      { author: "dependabot[bot]", is_bot: true },
    ],
    [{ name: "semantic-release[bot]", email: "ci@x.test" }, { author: "ci@x.test", is_bot: true }],
    [{}, { is_bot: false }],
    [{ login: null, email: "" }, { is_bot: false }],
  ];
  for (const [given, expected] of table) assert.deepStrictEqual(identityOf(given), expected);
});

Deno.test("revertedNumber() finds what GitHub's Revert button writes, in the same repository", () => {
  const table: [string, string | null, string | undefined][] = [
    ['Revert "Feature"', "Reverts octo/hello#12", "12"],
    ['Revert "Feature"', "It broke.\n\nReverts Octo/Hello#12", "12"],
    ['Revert "Feature"', "reverts #7", "7"],
    ['Revert "Revert "Feature""', "Reverts octo/hello#13", "13"],
    ['Revert "Feature"', "Reverts other/repo#12", undefined],
    ['Revert "Feature"', null, undefined],
    ["Feature", "Reverts octo/hello#12", undefined],
    ["Reverting is hard", "Reverts octo/hello#12", undefined],
  ];
  for (const [title, body, expected] of table) {
    assert.strictEqual(revertedNumber(title, body, "octo/hello"), expected, `${title} ${body}`);
  }
});

Deno.test("namedCause() reads the lines that name a deployment or a commit", () => {
  const table: [string | null, ReturnType<typeof namedCause>][] = [
    ["Deployment: 123", { deployment: "123" }],
    ["It is down.\n- Caused by deployment #123\n", { deployment: "123" }],
    ["**", {}],
    ["Caused by commit `1A2b3c4`", { commit: "1a2b3c4" }],
    ["deployment: workflow_run/9\ncommit: 0123456789", {
      deployment: "workflow_run/9",
      commit: "0123456789",
    }],
    ["The deployment failed and commit 1a2b3c4 is to blame", {}],
    ["**Commit:** 1a2b3c4", { commit: "1a2b3c4" }],
    ["> **Deployment**: `123`\r\n", { deployment: "123" }],
    ["Root cause: 1a2b3c4", { commit: "1a2b3c4" }],
    ["* Root cause: commit **1a2b3c4**", { commit: "1a2b3c4" }],
    ["Caused by 9FCEB02D", { commit: "9fceb02d" }],
    ["Root cause: https://github.com/acme/shop/commit/1a2b3c4d", { commit: "1a2b3c4d" }],
    ["Commit: [1a2b3c4](https://github.com/acme/shop/commit/1a2b3c4d)", { commit: "1a2b3c4d" }],
    ["Commit: https://github.com/acme/shop/pull/7/commits/1a2b3c4d", { commit: "1a2b3c4d" }],
    // A number may be an issue's, and a word is no hash.
    ["Caused by 12345678", {}],
    ["Root cause: a decade of neglect", {}],
    ["Root cause: defaced", { commit: "defaced" }],
    [null, {}],
  ];
  for (const [body, expected] of table) {
    assert.deepStrictEqual(namedCause(body), expected, String(body));
  }
});

Deno.test("severityOf(), pipelineOf(), headlineOf(), reviewState() and runOutcome() read GitHub's texts", () => {
  assert.strictEqual(severityOf(["incident", "severity: High"]), "high");
  assert.strictEqual(severityOf(["sev-2"]), "2");
  assert.strictEqual(severityOf(["several things"]), undefined);
  assert.strictEqual(pipelineOf(null, "https://github.com/o/r/actions/runs/55/job/1"), "55");
  assert.strictEqual(pipelineOf("https://example.test/runs/55", undefined), undefined);
  assert.strictEqual(headlineOf("One\n\nTwo"), "One");
  assert.strictEqual(reviewState("CHANGES_REQUESTED"), "changes_requested");
  assert.strictEqual(reviewState("PENDING"), undefined);
  const outcomes: [string, string | null, string][] = [
    ["completed", "success", "success"],
    ["completed", "failure", "failure"],
    ["completed", "timed_out", "failure"],
    ["completed", "startup_failure", "failure"],
    ["completed", "cancelled", "cancelled"],
    ["completed", "skipped", "cancelled"],
    ["in_progress", null, "pending"],
    ["queued", null, "pending"],
  ];
  for (const [status, conclusion, expected] of outcomes) {
    assert.strictEqual(runOutcome(status, conclusion), expected, `${status} ${conclusion}`);
  }
});

Deno.test("mergeMethod() tells a merge, a squash and a rebase by the commit they leave", () => {
  const author = (email: string) => ({ name: "Ada", email, user: null });
  const last = {
    oid: "a",
    authoredDate: "2026-03-02T10:00:00Z",
    committedDate: "2026-03-02T10:00:00Z",
    messageHeadline: "",
    author: author("ada@x.test"),
  };
  const merged = (parents: number, authoredDate: string, email = "ada@x.test") => ({
    oid: "m",
    authoredDate,
    author: author(email),
    parents: { totalCount: parents },
  });
  const table: [ReturnType<typeof merged>, typeof last | undefined, string][] = [
    [merged(2, "2026-03-03T10:00:00Z"), last, "merge"],
    [merged(1, "2026-03-03T10:00:00Z"), last, "squash"],
    [merged(1, "2026-03-02T11:00:00+01:00", "Ada@x.test"), last, "rebase"],
    [merged(1, "2026-03-02T10:00:00Z", "grace@x.test"), last, "squash"],
    [merged(1, "2026-03-02T10:00:00Z"), undefined, "squash"],
  ];
  for (const [commit, of, expected] of table) assert.strictEqual(mergeMethod(commit, of), expected);
});

Deno.test("deploymentItem() takes the last status that says how it ended", () => {
  const at = (state: string, hours: number) => ({
    state,
    createdAt: `2026-03-02T0${hours}:00:00Z`,
    logUrl: null,
    environmentUrl: null,
  });
  const table: [ReturnType<typeof at>[], string, string | undefined][] = [
    [[], "pending", undefined],
    [[at("QUEUED", 1), at("IN_PROGRESS", 2)], "pending", undefined],
    [[at("SUCCESS", 2), at("IN_PROGRESS", 1)], "success", "2026-03-02T02:00:00Z"],
    [[at("SUCCESS", 2), at("INACTIVE", 5)], "success", "2026-03-02T02:00:00Z"],
    [[at("SUCCESS", 2), at("FAILURE", 3)], "failure", "2026-03-02T03:00:00Z"],
    [[at("ERROR", 3)], "failure", "2026-03-02T03:00:00Z"],
    [[at("QUEUED", 1), at("INACTIVE", 4)], "cancelled", "2026-03-02T04:00:00Z"],
  ];
  for (const [nodes, status, finishedAt] of table) {
    const item = deploymentItem({
      databaseId: 1,
      environment: null,
      commitOid: "a",
      createdAt: "2026-03-02T00:00:00Z",
      updatedAt: "2026-03-02T00:00:00Z",
      ref: null,
      statuses: { nodes },
    }, JobSettings.parse({}));
    assert.deepStrictEqual([item.status, item.finished_at], [status, finishedAt]);
  }
});
