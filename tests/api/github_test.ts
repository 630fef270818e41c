import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { newToken, requestsOf, storeToken } from "../helpers/stack/connections.ts";
import { newEmail, newPerson, seedPerson } from "../helpers/tenancy/people.ts";

interface Repositories {
  total_public_repos: number;
  returned_count: number;
  repositories: { name: string; private: boolean; updated_at: string }[];
}

const userFields = [
  ...["username", "name", "email", "bio", "company", "location", "public_repos", "followers"],
  ...["following", "created_at", "avatar_url", "html_url"],
];
const repositoryFields = [
  ...["name", "full_name", "description", "html_url", "clone_url", "private", "fork", "language"],
  ...["stargazers_count", "forks_count", "open_issues_count"],
  ...["created_at", "updated_at", "pushed_at"],
];

Deno.test("GET /github/user answers the service with the deployment's account", async () => {
  for (const as of ["service", "secret_key"] as const) {
    const answer = await api("/github/user", { as });
    assert.strictEqual(answer.status, 200, answer.text);
    assert.deepStrictEqual(Object.keys(answer.body).sort(), [...userFields].sort());
    assert.strictEqual(answer.body["username"], "octocat");
    assert.strictEqual(answer.body["public_repos"], 34);
  }
});

Deno.test("a person's own token comes before the deployment's", async () => {
  const person = await newPerson();
  const other = await seedPerson();
  await storeToken(person, newToken("ok", "ada"));
  const username = async (request: Parameters<typeof api>[1]) =>
    (await api("/github/user", request)).body["username"];
  assert.strictEqual(await username({ as: person }), "ada");
  assert.strictEqual(await username({ as: person, query: { email: person.email } }), "ada");
  assert.strictEqual(await username({ as: "service", query: { email: person.email } }), "ada");
  assert.strictEqual(await username({ as: "service", query: { email: other.email } }), "octocat");
});

Deno.test("GET /github/repos answers public repositories, newest update first", async () => {
  const person = await newPerson();
  const token = newToken();
  await storeToken(person, token);
  const numbers = (from: number, to: number) =>
    Array.from(
      { length: from - to + 1 },
      (_, index) => `repo-${String(from - index).padStart(2, "0")}`,
    );
  // The stand-in slips a private repository in first, so one less than the limit is left.
  const table = [
    { limit: undefined, names: numbers(34, 6) },
    { limit: 5, names: numbers(34, 31) },
    { limit: 100, names: numbers(34, 1) },
    { limit: 1, names: [] },
  ];
  for (const { limit, names } of table) {
    const answer = await api<Repositories>("/github/repos", { as: person, query: { limit } });
    assert.strictEqual(answer.status, 200, answer.text);
    const { repositories, ...counts } = answer.body;
    assert.deepStrictEqual(counts, { total_public_repos: 34, returned_count: names.length });
    assert.deepStrictEqual(repositories.map(({ name }) => name), names);
    for (const repository of repositories) {
      assert.deepStrictEqual(Object.keys(repository).sort(), [...repositoryFields].sort());
      assert.strictEqual(repository.private, false);
    }
  }
  const asked = (await requestsOf(token)).map(({ path }) => path);
  assert.ok(
    asked.includes(
      "/user/repos?visibility=public&affiliation=owner&sort=updated&direction=desc&per_page=30",
    ),
    asked.join(),
  );
});

Deno.test("a repeated call costs no quota", async () => {
  const person = await newPerson();
  const token = newToken();
  await storeToken(person, token);
  const first = await api("/github/repos", { as: person });
  const second = await api("/github/repos", { as: person });
  assert.strictEqual(second.status, 200, second.text);
  assert.deepStrictEqual(second.body, first.body);
  const asked = await requestsOf(token);
  assert.deepStrictEqual(asked.map(({ counted }) => counted), [true, true, false, false]);
});

Deno.test("a limit that is none is refused", async () => {
  for (const limit of ["0", "101", "-1", "1.5", "many", "1e9", ""]) {
    const answer = await api("/github/repos", { as: "service", query: { limit } });
    assertProblem(answer, 422, "validation_failed", ["limit"]);
  }
});

const failures: [string, number, string, RegExp][] = [
  ["bad", 409, "github_token_unusable", /Connect GitHub again/],
  ["ratelimited", 429, "rate_limited", /until \d{4}-\d\d-\d\dT[\d:]+Z/],
  ["toomany", 429, "rate_limited", /until \d{4}-\d\d-\d\dT[\d:]+Z/],
  ["secondary", 429, "rate_limited", /until \d{4}-\d\d-\d\dT[\d:]+Z/],
  ["forbidden", 502, "upstream_error", /permission/],
  ["missing", 502, "upstream_error", /does not know/],
  ["down", 502, "upstream_error", /try again later/],
  ["odd", 502, "upstream_error", /not the expected one/],
];
for (const [behaviour, status, code, detail] of failures) {
  Deno.test(`a GitHub that answers as to ghp_${behaviour} is a ${status} ${code}`, async () => {
    const person = await newPerson();
    await storeToken(person, newToken(behaviour));
    for (const path of ["/github/user", "/github/repos"]) {
      const answer = await api(path, { as: person });
      assertProblem(answer, status, code);
      assert.match(String(answer.body["detail"]), detail);
      assert.doesNotMatch(answer.text, /ghp_|Unicorn|Bad credentials|docs\.github/);
      const retryAfter = Number(answer.headers.get("retry-after") ?? 0);
      assert.strictEqual(retryAfter > 0, status === 429);
    }
  });
}

const routes = [
  { method: "GET", path: "/github/user" },
  { method: "GET", path: "/github/repos" },
  { method: "PUT", path: "/github/connection", body: { access_token: "ghp_ok-a-1" } },
  { method: "DELETE", path: "/github/connection" },
];
for (const { path, ...request } of routes) {
  Deno.test(`${request.method} ${path} keeps out who may not call it`, async () => {
    assertProblem(await api(path, request), 401, "missing_credential");
    assertProblem(await api(path, { ...request, as: { token: "wrong" } }), 403, "wrong_credential");
    assertProblem(await api(path, { ...request, as: { token: "a.b.c" } }), 401, "invalid_token");
    assertProblem(await api(path, { ...request, as: "cron" }), 403, "forbidden");
    const nobody = { email: newEmail() };
    assertProblem(
      await api(path, { ...request, as: "service", query: nobody }),
      404,
      "user_not_found",
    );
    const query = { email: "not an address" };
    const answer = await api(path, { ...request, as: "service", query });
    assertProblem(answer, 422, "validation_failed", ["email"]);
  });

  Deno.test(`${request.method} ${path} answers a CORS preflight`, async () => {
    const answer = await api(path, {
      method: "OPTIONS",
      headers: {
        origin: "https://dashboard.test",
        "access-control-request-method": request.method,
      },
    });
    assert.strictEqual(answer.status, 204);
    assert.strictEqual(answer.headers.get("access-control-allow-origin"), "*");
    assert.match(
      answer.headers.get("access-control-allow-methods") ?? "",
      new RegExp(request.method),
    );
  });
}
