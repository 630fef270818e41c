/** A repository as the stand-in for GitHub knows it. Times are RFC 3339. */
export interface GithubRepositoryModel {
  id: number;
  full_name: string;
  /** Names it had before: they redirect. */
  former_names: string[];
  default_branch: string;
  archived: boolean;
  /** Every branch and the commit it points to. */
  branches: Record<string, string>;
  commits: GithubCommit[];
  pulls: GithubPull[];
  releases: GithubRelease[];
  deployments: GithubDeployment[];
  issues: GithubIssue[];
  workflow_runs: GithubRun[];
}

export interface GithubPerson {
  login: string | null;
  name: string;
  email: string;
}

export interface GithubCommit {
  sha: string;
  parents: string[];
  message: string;
  author: GithubPerson;
  authored_at: string;
  committed_at: string;
}

export interface GithubPull {
  number: number;
  title: string;
  body: string;
  author: { login: string; type: "User" | "Bot" };
  state: "OPEN" | "CLOSED" | "MERGED";
  draft: boolean;
  from_fork: boolean;
  head_branch: string;
  created_at: string;
  updated_at: string;
  merged_at: string | null;
  closed_at: string | null;
  ready_at: string | null;
  merge_commit: string | null;
  /** The commits on its branch; those that a squash left behind are nowhere else. */
  commits: GithubCommit[];
  reviews: GithubReview[];
}

export interface GithubReview {
  id: number;
  login: string;
  type: "User" | "Bot";
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "PENDING";
  submitted_at: string | null;
}

export interface GithubRelease {
  id: number;
  tag_name: string;
  name: string | null;
  draft: boolean;
  prerelease: boolean;
  published_at: string | null;
}

export interface GithubDeployment {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  created_at: string;
  statuses: { state: string; created_at: string; log_url: string | null }[];
}

export interface GithubIssue {
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: "open" | "closed";
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  is_pull_request: boolean;
}

export interface GithubRun {
  id: number;
  path: string;
  head_sha: string;
  status: string;
  conclusion: string | null;
  created_at: string;
  updated_at: string;
  event?: string;
  head_branch?: string;
  run_attempt?: number;
  run_started_at?: string;
  /** Its attempts before this one, from the first. */
  attempts?: GithubRun[];
}

/** An empty repository with a number of its own. */
export function emptyRepository(
  fields: Partial<GithubRepositoryModel> & { full_name: string },
): GithubRepositoryModel {
  return {
    id: crypto.getRandomValues(new Uint32Array(1))[0] ?? 1,
    former_names: [],
    default_branch: "main",
    archived: false,
    branches: {},
    commits: [],
    pulls: [],
    releases: [],
    deployments: [],
    issues: [],
    workflow_runs: [],
    ...fields,
  };
}

export const ada: GithubPerson = { login: "ada", name: "Ada", email: "ada@example.test" };

/** A sha that a word stands for. */
export function shaOf(word: string): string {
  const hex = Array.from(new TextEncoder().encode(word), (byte) => byte.toString(16)).join("");
  return (hex + "0".repeat(40)).slice(0, 40);
}

/** The time so many hours after 2026-03-02, a Monday. */
export function hour(hours: number): string {
  return new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000).toISOString().replace(".000Z", "Z");
}

/** A commit that a word names, by default Ada's, written and committed at that hour. */
export function commit(
  word: string,
  hours: number,
  parents: string[] = [],
  fields: Partial<GithubCommit> = {},
): GithubCommit {
  return {
    sha: shaOf(word),
    parents: parents.map(shaOf),
    message: `Change ${word}\n\nBecause.`,
    author: ada,
    authored_at: hour(hours),
    committed_at: hour(hours),
    ...fields,
  };
}

/** A chain of commits, an hour apart, the oldest first. */
export function chain(words: string[], from = 0, parent?: string): GithubCommit[] {
  return words.map((word, index) => {
    const before = index === 0 ? parent : words[index - 1];
    return commit(word, from + index, before === undefined ? [] : [before]);
  });
}

/** An open pull request of Ada's, opened at that hour. */
export function pull(
  number: number,
  hours: number,
  fields: Partial<GithubPull> = {},
): GithubPull {
  return {
    number,
    title: `Pull request ${number}`,
    body: "",
    author: { login: "ada", type: "User" },
    state: "OPEN",
    draft: false,
    from_fork: false,
    head_branch: `branch-${number}`,
    created_at: hour(hours),
    updated_at: hour(hours),
    merged_at: null,
    closed_at: null,
    ready_at: null,
    merge_commit: null,
    commits: [],
    reviews: [],
    ...fields,
  };
}
