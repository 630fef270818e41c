/** What the stand-in for GitHub knows of an account. */
export interface Account {
  user: Record<string, unknown>;
  repositories: Repository[];
}

/** A repository as GitHub sends it, with two marks the stand-in keeps to itself. */
export interface Repository extends Record<string, unknown> {
  full_name: string;
  updated_at: string;
  visibility: "public" | "private";
  affiliation: "owner" | "collaborator" | "organization_member";
  /** Comes back whatever was asked: a fault of GitHub's that no private repository may slip through. */
  slips: boolean;
}

/**
 * An account with 34 public repositories, updated on 34 days running, `repo-34` last on 2026-10-04; with two private
 * ones, one of which slips into every list; and with one in an organization.
 */
export function accountOf(login: string): Account {
  const repositories = Array.from(
    { length: 34 },
    (_, index) => repository(login, `repo-${String(index + 1).padStart(2, "0")}`, index),
  );
  return {
    user: {
      login,
      id: 583231,
      node_id: "MDQ6VXNlcjU4MzIzMQ==",
      type: "User",
      site_admin: false,
      name: `The ${login}`,
      email: null,
      bio: null,
      company: "@github",
      location: "San Francisco",
      public_repos: 34,
      total_private_repos: 2,
      followers: 20_000,
      following: 9,
      created_at: "2011-01-25T18:44:36Z",
      updated_at: "2026-11-01T00:00:00Z",
      avatar_url: "https://avatars.githubusercontent.com/u/583231",
      html_url: `https://github.com/${login}`,
    },
    repositories: [
      ...repositories,
      { ...repository(login, "secret", 40), private: true, visibility: "private" },
      { ...repository(login, "slipped", 50), private: true, visibility: "private", slips: true },
      { ...repository("some-org", "theirs", 60), affiliation: "organization_member" },
    ],
  };
}

/** A public repository of that owner, last updated so many days after 2026-09-01. */
export function repository(owner: string, name: string, days: number): Repository {
  const updated = new Date(Date.UTC(2026, 8, 1 + days, 12)).toISOString().replace(".000Z", "Z");
  return {
    id: 1_296_269 + days,
    name,
    full_name: `${owner}/${name}`,
    owner: { login: owner, type: "User" },
    description: days === 0 ? null : `About ${name}`,
    html_url: `https://github.com/${owner}/${name}`,
    clone_url: `https://github.com/${owner}/${name}.git`,
    private: false,
    visibility: "public",
    fork: days % 2 === 1,
    language: days === 0 ? null : "TypeScript",
    stargazers_count: days,
    forks_count: 1,
    open_issues_count: 2,
    default_branch: "main",
    created_at: "2024-01-26T19:01:12Z",
    updated_at: updated,
    pushed_at: updated,
    affiliation: "owner",
    slips: false,
  };
}
