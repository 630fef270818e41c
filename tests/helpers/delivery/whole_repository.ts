import {
  chain,
  commit,
  type GithubRepositoryModel,
  hour,
  pull,
  shaOf,
} from "../github/github_model.ts";

/** A small history with one of everything. */
export function everything(): Partial<GithubRepositoryModel> {
  const main = chain(["a1", "a2", "a3"]);
  const squash = commit("squash", 30, ["a3"], { message: "Feature (#1)" });
  const merge = commit("merge", 40, ["squash", "f2"], { message: "Merge pull request #2" });
  const rebased = commit("rebased", 50, ["merge"], { authored_at: hour(44) });
  const revert = commit("revert", 60, ["rebased"]);
  const onBranch = [commit("b1", 10, ["a3"]), commit("b2", 12, ["b1"])];
  const merged = [commit("f1", 32, ["a3"]), commit("f2", 33, ["f1"])];
  const rebasing = [commit("r1", 44, ["a3"])];
  const mergedPull = { state: "MERGED" as const };
  return {
    branches: { main: shaOf("revert"), "feature/open": shaOf("o1") },
    commits: [...main, squash, ...merged, merge, rebased, revert, commit("o1", 70, ["revert"])],
    pulls: [
      pull(1, 14, {
        ...mergedPull,
        commits: onBranch,
        merge_commit: shaOf("squash"),
        merged_at: hour(30),
        closed_at: hour(30),
        updated_at: hour(30),
        draft: false,
        ready_at: hour(15),
        reviews: [
          { id: 11, login: "grace", type: "User", state: "APPROVED", submitted_at: hour(20) },
          { id: 12, login: "lint", type: "Bot", state: "COMMENTED", submitted_at: hour(16) },
          { id: 13, login: "grace", type: "User", state: "PENDING", submitted_at: null },
        ],
      }),
      pull(2, 34, {
        ...mergedPull,
        commits: merged,
        merge_commit: shaOf("merge"),
        merged_at: hour(40),
        closed_at: hour(40),
        updated_at: hour(40),
        from_fork: true,
      }),
      pull(3, 45, {
        ...mergedPull,
        commits: rebasing,
        merge_commit: shaOf("rebased"),
        merged_at: hour(50),
        closed_at: hour(50),
        updated_at: hour(50),
      }),
      pull(4, 55, {
        ...mergedPull,
        title: 'Revert "Pull request 3"',
        body: "Reverts #3\n\nIt broke.",
        commits: [commit("v1", 55, ["rebased"])],
        merge_commit: shaOf("revert"),
        merged_at: hour(60),
        closed_at: hour(60),
        updated_at: hour(60),
      }),
      pull(5, 71, { draft: true, commits: [commit("o1", 70, ["revert"])] }),
    ],
    releases: [
      {
        id: 7,
        tag_name: "v1",
        name: "One",
        draft: false,
        prerelease: false,
        published_at: hour(41),
      },
      { id: 8, tag_name: "v2", name: null, draft: true, prerelease: false, published_at: null },
    ],
    deployments: [
      {
        id: 70,
        sha: shaOf("merge"),
        ref: "main",
        environment: "Production",
        created_at: hour(41),
        statuses: [
          { state: "IN_PROGRESS", created_at: hour(41), log_url: null },
          {
            state: "SUCCESS",
            created_at: hour(42),
            log_url: "https://github.com/o/r/actions/runs/9/job/1",
          },
          { state: "INACTIVE", created_at: hour(52), log_url: null },
        ],
      },
      {
        id: 71,
        sha: shaOf("rebased"),
        ref: "main",
        environment: "production",
        created_at: hour(51),
        statuses: [{ state: "FAILURE", created_at: hour(52), log_url: null }],
      },
    ],
    issues: [
      {
        number: 90,
        title: "It is down",
        body: "Deployment: 70",
        labels: ["incident", "sev-1"],
        state: "closed",
        created_at: hour(43),
        updated_at: hour(45),
        closed_at: hour(45),
        is_pull_request: false,
      },
      {
        number: 91,
        title: "A pull request about incidents",
        body: "",
        labels: ["incident"],
        state: "open",
        created_at: hour(43),
        updated_at: hour(43),
        closed_at: null,
        is_pull_request: true,
      },
    ],
  };
}
