import type { GithubCommit, GithubRepositoryModel } from "./github_model.ts";

/** What a path below a repository answers; null is a 404, a number that status. Lists come whole. */
export function restAnswer(
  repository: GithubRepositoryModel,
  path: string,
  query: URLSearchParams,
): unknown {
  for (const [pattern, answer] of routes) {
    const match = pattern.exec(path);
    if (match) return answer(repository, query, match.slice(1).map(decodeURIComponent));
  }
  return null;
}

type Route = (
  repository: GithubRepositoryModel,
  query: URLSearchParams,
  parts: string[],
) => unknown;

const routes: [RegExp, Route][] = [
  [/^$/, ({ id, full_name, default_branch, archived, branches }) => ({
    id,
    full_name,
    name: full_name.split("/")[1],
    private: true,
    default_branch,
    archived,
    // Every push moves it, which is how the ETag of a repository comes to change.
    pushed_at: JSON.stringify(branches),
  })],
  [
    /^branches$/,
    ({ branches }) => Object.entries(branches).map(([name, sha]) => ({ name, commit: { sha } })),
  ],
  [/^git\/ref\/heads\/(.+)$/, ({ branches }, _, [name = ""]) => {
    const sha = branches[name];
    return sha === undefined
      ? null
      : { ref: `refs/heads/${name}`, object: { type: "commit", sha } };
  }],
  [/^commits$/, (repository, query) => {
    const since = Date.parse(query.get("since") ?? "") || 0;
    return historyOf(repository, query.get("sha") ?? "")
      .filter(({ committed_at }) => Date.parse(committed_at) >= since).map(commitJson);
  }],
  [/^compare\/([0-9a-f]+)\.\.\.([0-9a-f]+)$/, compare],
  [
    /^pulls$/,
    ({ pulls }) =>
      pulls.toSorted((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
        .map(({ number, updated_at }) => ({ number, updated_at })),
  ],
  [/^releases$/, ({ releases }) => releases.toSorted((a, b) => b.id - a.id)],
  [
    /^deployments$/,
    ({ deployments }) =>
      deployments.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))
        .map(({ id, statuses }) => ({ id, updated_at: statuses.at(-1)?.created_at })),
  ],
  [
    /^issues$/,
    ({ issues }, query) =>
      issues.filter(({ labels }) => labels.includes(query.get("labels") ?? ""))
        .toSorted((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
        .map(({ is_pull_request, labels, ...issue }) => ({
          ...issue,
          labels: labels.map((name) => ({ name })),
          html_url: `https://github.com/issues/${issue.number}`,
          ...(is_pull_request ? { pull_request: {} } : {}),
        })),
  ],
  [/^actions\/workflows\/([^/]+)\/runs$/, ({ workflow_runs }, _, [file = ""]) => {
    const runs = workflow_runs.filter(({ path }) => path.endsWith(`/${file}`));
    // A workflow is there if it ever ran: the model knows no others.
    return runs.length === 0 ? null : {
      workflow_runs: runs.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))
        .map(runJson),
    };
  }],
  [/^actions\/runs\/(\d+)\/attempts\/(\d+)$/, ({ workflow_runs }, _, [id, number]) => {
    const run = workflow_runs.find((run) => String(run.id) === id);
    const attempt = run?.attempts?.[Number(number) - 1];
    return attempt === undefined ? null : runJson(attempt);
  }],
];

function runJson({ attempts: _, ...run }: GithubRepositoryModel["workflow_runs"][number]) {
  const html_url = `https://github.com/runs/${run.id}`;
  return { event: "push", head_branch: "main", run_attempt: 1, ...run, html_url };
}

/** Commits from a head, as `git log` has them: the latest first. Kept for each head of a model, which is never changed. */
export function historyOf(repository: GithubRepositoryModel, head: string): GithubCommit[] {
  const byHead = histories.get(repository) ?? new Map<string, GithubCommit[]>();
  histories.set(repository, byHead);
  const kept = byHead.get(head);
  if (kept) return kept;
  const bySha = new Map(repository.commits.map((commit) => [commit.sha, commit]));
  const seen = new Set<string>();
  const waiting = [head];
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    const commit = bySha.get(sha);
    if (commit === undefined || seen.has(sha)) continue;
    seen.add(sha);
    waiting.push(...commit.parents);
  }
  const found = repository.commits.filter(({ sha }) => seen.has(sha))
    .sort((a, b) => Date.parse(b.committed_at) - Date.parse(a.committed_at));
  byHead.set(head, found);
  return found;
}

const histories = new WeakMap<GithubRepositoryModel, Map<string, GithubCommit[]>>();

function compare(
  repository: GithubRepositoryModel,
  query: URLSearchParams,
  [base = "", head = ""]: string[],
): unknown {
  const there = new Set(historyOf(repository, base).map(({ sha }) => sha));
  if (there.size === 0) return null;
  const here = historyOf(repository, head);
  const reachable = new Set(here.map(({ sha }) => sha));
  const ahead = here.filter(({ sha }) => !there.has(sha)).reverse();
  const behind = [...there].filter((sha) => !reachable.has(sha)).length;
  const size = Number(query.get("per_page") ?? 30);
  const page = Number(query.get("page") ?? 1);
  return {
    status: behind > 0
      ? ahead.length > 0 ? "diverged" : "behind"
      : ahead.length > 0
      ? "ahead"
      : "identical",
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: ahead.slice((page - 1) * size, page * size).map(commitJson),
  };
}

function commitJson({ sha, parents, message, author, authored_at, committed_at }: GithubCommit) {
  const { login, name, email } = author;
  return {
    sha,
    commit: {
      message,
      author: { name, email, date: authored_at },
      committer: { name, email, date: committed_at },
    },
    author: login === null ? null : { login, type: "User" },
    parents: parents.map((parent) => ({ sha: parent })),
  };
}
