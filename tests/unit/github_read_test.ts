import assert from "node:assert/strict";
import { Problem } from "../../supabase/functions/_shared/http/problem.ts";
import { type EtagCache, type Kept, unfailing } from "../../supabase/functions/github/cache.ts";
import { deploymentAccess } from "../../supabase/functions/_shared/github/access.ts";
import type { GithubAccess } from "../../supabase/functions/_shared/github/client.ts";
import { readRepositories, readUser } from "../../supabase/functions/github/read.ts";
import { accountOf } from "../helpers/github/github_accounts.ts";
import { startGithubServer } from "../helpers/github/github_server.ts";

const github = startGithubServer();
globalThis.addEventListener("unload", () => void github.stop());

function accessWith(token: string, timeout = 60_000): GithubAccess {
  return { baseUrl: github.url, token, origin: "stored", timeout };
}

function memoryCache(): EtagCache & { kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>();
  return {
    kept,
    get: (key) => Promise.resolve(kept.get(key) ?? null),
    put: (key, value) => Promise.resolve(void kept.set(key, value)),
  };
}

async function failsWith(work: Promise<unknown>, code: string): Promise<Problem> {
  const error = await work.then(() => undefined, (error: unknown) => error);
  assert.ok(error instanceof Problem, `${error} is no problem`);
  assert.strictEqual(error.code, code);
  return error;
}

Deno.test(
  "readUser() asks again with the ETag and answers from the cache on 304",
  async () => {
    const token = "ghp_ok-octocat-etag";
    const cache = memoryCache();
    const first = await readUser(accessWith(token), cache);
    assert.deepStrictEqual(await readUser(accessWith(token), cache), first);
    const asked = await github.requestsOf(token);
    assert.deepStrictEqual(asked.map(({ status, counted }) => [status, counted]), [
      [200, true],
      [304, false],
    ]);
  },
);

Deno.test("readUser() answers what has changed at GitHub", async () => {
  const token = "ghp_ok-octocat-change";
  const cache = memoryCache();
  assert.strictEqual((await readUser(accessWith(token), cache)).bio, null);
  const account = accountOf("octocat");
  await github.setAccount(token, { ...account, user: { ...account.user, bio: "New" } });
  assert.strictEqual((await readUser(accessWith(token), cache)).bio, "New");
  assert.strictEqual((await readUser(accessWith(token), cache)).bio, "New");
  const asked = await github.requestsOf(token);
  assert.deepStrictEqual(asked.map(({ status }) => status), [200, 200, 304]);
});

Deno.test("the cache keeps one person's answers from another, and no token", async () => {
  const cache = memoryCache();
  const ours = await readUser(accessWith("ghp_ok-ours-1"), cache);
  const theirs = await readUser(accessWith("ghp_ok-theirs-1"), cache);
  assert.deepStrictEqual([ours.username, theirs.username], ["ours", "theirs"]);
  assert.strictEqual(cache.kept.size, 2);
  assert.ok([...cache.kept.keys()].every((key) => /^[0-9a-f]{64}$/.test(key)));
  assert.doesNotMatch(JSON.stringify([...cache.kept]), /ghp_|total_private_repos/);
});

Deno.test("a cached answer of another shape is asked for anew", async () => {
  const token = "ghp_ok-octocat-shape";
  const cache = memoryCache();
  const first = await readUser(accessWith(token), cache);
  for (const [key, { etag }] of cache.kept) cache.kept.set(key, { etag, body: { old: true } });
  assert.deepStrictEqual(await readUser(accessWith(token), cache), first);
  const asked = await github.requestsOf(token);
  assert.deepStrictEqual(asked.map(({ if_none_match }) => if_none_match), [null, null]);
});

Deno.test("a cache that fails costs a request, nothing more", async () => {
  const token = "ghp_ok-octocat-nocache";
  const fails = () => Promise.reject(new Error("the database is away"));
  const broken = unfailing({ get: fails, put: fails });
  assert.strictEqual((await readUser(accessWith(token), broken)).username, "octocat");
  assert.deepStrictEqual((await github.requestsOf(token)).map(({ status }) => status), [200]);
});

Deno.test(
  "readRepositories() asks for its own public ones only, newest first",
  async () => {
    const token = "ghp_ok-octocat-repos";
    const found = await readRepositories(accessWith(token), memoryCache(), 5);
    // `slipped` is private and was sent nevertheless: four of five are left.
    const names = found.map(({ name }) => name);
    assert.deepStrictEqual(names, ["repo-34", "repo-33", "repo-32", "repo-31"]);
    const [asked] = await github.requestsOf(token);
    assert.strictEqual(
      asked?.path,
      "/user/repos?visibility=public&affiliation=owner&sort=updated&direction=desc&per_page=5",
    );
  },
);

Deno.test("a server error is tried once more", async () => {
  const token = "ghp_flaky-octocat-1";
  assert.strictEqual((await readUser(accessWith(token), memoryCache())).username, "octocat");
  assert.deepStrictEqual((await github.requestsOf(token)).map(({ status }) => status), [502, 200]);
});

Deno.test("a server error that stays is given up", async () => {
  const token = "ghp_down-octocat-1";
  await failsWith(readUser(accessWith(token), memoryCache()), "upstream_error");
  assert.deepStrictEqual((await github.requestsOf(token)).map(({ status }) => status), [500, 500]);
});

Deno.test("a short secondary rate limit is waited for, once", async () => {
  const token = "ghp_briefly-octocat-1";
  assert.strictEqual((await readUser(accessWith(token), memoryCache())).username, "octocat");
  assert.deepStrictEqual((await github.requestsOf(token)).map(({ status }) => status), [403, 200]);
});

const limits: [string, RegExp][] = [
  ["ghp_ratelimited-a-1", /^1(80\d|79\d)$/],
  ["ghp_toomany-a-1", /^1(80\d|79\d)$/],
  ["ghp_secondary-a-1", /^120$/],
];
for (const [token, retryAfter] of limits) {
  Deno.test(`the limit of ${token} is told, not waited for`, async () => {
    const problem = await failsWith(readUser(accessWith(token), memoryCache()), "rate_limited");
    assert.match(problem.extra.headers?.["retry-after"] ?? "", retryAfter);
    assert.strictEqual((await github.requestsOf(token)).length, 1);
  });
}

const refusals: [string, string][] = [
  ["ghp_bad-a-1", "github_token_unusable"],
  ["ghp_forbidden-a-1", "upstream_error"],
  ["ghp_missing-a-1", "upstream_error"],
  ["ghp_odd-a-1", "upstream_error"],
];
for (const [token, code] of refusals) {
  Deno.test(`${token} is ${code} at once`, async () => {
    await failsWith(readUser(accessWith(token), memoryCache()), code);
    assert.strictEqual((await github.requestsOf(token)).length, 1);
  });
}

Deno.test("a GitHub that does not end (hang, stall) is a time-out", async () => {
  await Promise.all(["hang", "stall"].map(async (behaviour) => {
    const token = `ghp_${behaviour}-a-1`;
    // Long enough for the request to arrive on a machine that is busy with other things.
    await failsWith(readUser(accessWith(token, 3_000), memoryCache()), "upstream_timeout");
    assert.strictEqual((await github.requestsOf(token)).length, 1, behaviour);
  }));
});

Deno.test("a GitHub that is not there is an upstream error", async () => {
  const access = { ...accessWith("ghp_ok-a-1"), baseUrl: "http://127.0.0.1:9" };
  const problem = await failsWith(readUser(access, memoryCache()), "upstream_error");
  assert.match(problem.detail, /cannot be reached/);
});

Deno.test("deploymentAccess() without a token says what to do", () => {
  const token = "ghp_ok-a-1";
  assert.deepStrictEqual(deploymentAccess(github.url, token), {
    baseUrl: github.url,
    token,
    origin: "deployment",
  });
  assert.throws(() => deploymentAccess(github.url, undefined), (error) => {
    assert.ok(error instanceof Problem);
    assert.strictEqual(error.code, "github_not_connected");
    assert.match(error.detail, /PUT \/github\/connection.*GITHUB_TOKEN/);
    return true;
  });
});
