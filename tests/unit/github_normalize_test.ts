import assert from "node:assert/strict";
import { toGithubUser, toPublicRepositories } from "../../supabase/functions/github/normalize.ts";
import { accountOf, repository } from "../helpers/github/github_accounts.ts";

Deno.test("toGithubUser() keeps twelve fields under our names", () => {
  assert.deepStrictEqual(toGithubUser(accountOf("octocat").user), {
    username: "octocat",
    name: "The octocat",
    email: null,
    bio: null,
    company: "@github",
    location: "San Francisco",
    public_repos: 34,
    followers: 20_000,
    following: 9,
    created_at: "2011-01-25T18:44:36Z",
    avatar_url: "https://avatars.githubusercontent.com/u/583231",
    html_url: "https://github.com/octocat",
  });
});

Deno.test("toGithubUser() takes a text GitHub left out for null, and refuses another shape", () => {
  const { bio: _bio, name: _name, ...sparse } = accountOf("octocat").user;
  assert.strictEqual(toGithubUser(sparse).bio, null);
  assert.strictEqual(toGithubUser(sparse).name, null);
  for (const odd of [null, "<h1>Unicorn!</h1>", [], { ...sparse, followers: "many" }]) {
    assert.throws(() => toGithubUser(odd), { name: "ZodError" });
  }
});

Deno.test("toPublicRepositories() leaves out what is private by either field", () => {
  const sent = [
    repository("me", "open", 1),
    { ...repository("me", "private", 2), private: true, visibility: "private" },
    { ...repository("me", "private-by-flag", 3), private: true },
    { ...repository("me", "private-by-word", 4), visibility: "private" },
    { ...repository("me", "internal", 5), visibility: "internal" },
    { ...repository("me", "of-an-old-server", 6), visibility: undefined },
  ];
  const names = toPublicRepositories(sent).map(({ name }) => name);
  assert.deepStrictEqual(names, ["of-an-old-server", "open"]);
});

Deno.test("toPublicRepositories() sorts by newest update, then by name, undated last", () => {
  const sent = [
    { ...repository("me", "undated", 0), updated_at: null },
    repository("me", "b-same", 2),
    repository("me", "oldest", 1),
    repository("me", "a-same", 2),
    { ...repository("me", "zone", 2), updated_at: "2026-09-03T13:30:00+01:00" }, // 12:30 UTC
    repository("me", "newest", 3),
  ];
  const names = toPublicRepositories(sent).map(({ name }) => name);
  assert.deepStrictEqual(names, ["newest", "zone", "a-same", "b-same", "oldest", "undated"]);
});

Deno.test("toPublicRepositories() keeps fourteen fields", () => {
  const [kept] = toPublicRepositories([repository("me", "one", 0)]);
  assert.deepStrictEqual(kept, {
    name: "one",
    full_name: "me/one",
    description: null,
    html_url: "https://github.com/me/one",
    clone_url: "https://github.com/me/one.git",
    private: false,
    fork: false,
    language: null,
    stargazers_count: 0,
    forks_count: 1,
    open_issues_count: 2,
    created_at: "2024-01-26T19:01:12Z",
    updated_at: "2026-09-01T12:00:00Z",
    pushed_at: "2026-09-01T12:00:00Z",
  });
});
