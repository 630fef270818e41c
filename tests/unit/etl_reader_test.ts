import assert from "node:assert/strict";
import { JobSettings } from "../../supabase/functions/_shared/github/settings.ts";
import { githubReader, GithubStop } from "../../supabase/functions/etl/reader.ts";
import { deployments } from "../../supabase/functions/etl/steps/deployments.ts";
import { incidents } from "../../supabase/functions/etl/steps/lists.ts";
import type { Page, Reader, Step } from "../../supabase/functions/etl/types.ts";

const now = Date.UTC(2026, 2, 2, 12);
const { signal: ending } = new AbortController();
const clock = { now: () => now, wait: () => Promise.resolve(), ending };

/** What a query comes to when GitHub answers it so. */
async function queried(body: unknown, headers: HeadersInit = {}): Promise<unknown> {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => Response.json(body, { headers }),
  );
  const baseUrl = `http://127.0.0.1:${server.addr.port}`;
  try {
    return await githubReader({ baseUrl, token: "t", origin: "stored" }, clock, ending).query(
      "{}",
      {},
    );
  } catch (error) {
    assert.ok(error instanceof GithubStop);
    const { reason } = error;
    return reason.why === "limited" ? `until ${reason.until.toISOString()}` : reason.why;
  }
}

Deno.test("query() waits for a rate limit by either name, and an hour at most", async () => {
  const limited = (type: string) => ({ errors: [{ type, message: "API rate limit" }] });
  const resetIn = (seconds: number) => ({ "x-ratelimit-reset": String(now / 1000 + seconds) });
  assert.strictEqual(
    await queried(limited("RATE_LIMIT"), resetIn(600)),
    "until 2026-03-02T12:10:00.000Z",
  );
  assert.strictEqual(
    await queried(limited("RATE_LIMITED"), resetIn(600)),
    "until 2026-03-02T12:10:00.000Z",
  );
  // In 2030, GitHub would have it.
  assert.strictEqual(
    await queried(limited("RATE_LIMIT"), { "x-ratelimit-reset": "1893456000" }),
    "until 2026-03-02T13:01:00.000Z",
  );
  assert.strictEqual(await queried(limited("RATE_LIMIT")), "until 2026-03-02T12:01:00.000Z");
});

Deno.test("query() takes what there is of data that comes with errors", async () => {
  const errors = [{ type: "FORBIDDEN", message: "Resource protected by SAML" }];
  const data = { repository: { deployments: { nodes: [null] } } };
  assert.deepStrictEqual(await queried({ data, errors }), data);
  assert.deepStrictEqual(await queried({ data, errors: [{ message: "Something" }] }), data);
  assert.strictEqual(await queried({ data: { repository: null }, errors }), "refused");
  assert.strictEqual(await queried({ data: null, errors: [{ message: "" }] }), "unavailable");
});

/** The pages that a step reads of a GitHub that answers so. */
async function pagesOf(step: Step, github: Partial<Reader>): Promise<Page[]> {
  const nothing = () => Promise.resolve({ data: [], etag: undefined, lastPage: 1, hasNext: false });
  const pages: Page[] = [];
  const context = {
    github: { spent: () => 0, get: nothing, query: () => Promise.resolve(null), ...github },
    repository: { repository: "octo/hello", repository_github_id: 7 },
    defaultBranch: "main",
    settings: JobSettings.parse({}),
    startedAt: "2026-03-02T12:00:00Z",
  };
  for await (const page of step(context, undefined)) pages.push(page);
  return pages;
}

function itemsOf(pages: Page[]): Record<string, unknown>[] {
  return pages.flatMap(({ groups }) =>
    groups.flatMap(({ kind, items }) => items.map((item) => ({ kind, ...item })))
  );
}

Deno.test("an entry that cannot be read costs no other, and is handed on to become a dead letter", async () => {
  const deployment = {
    databaseId: 1,
    environment: "production",
    commitOid: "a".repeat(40),
    createdAt: "2026-03-01T12:00:00Z",
    updatedAt: "2026-03-01T12:00:00Z",
    ref: null,
    statuses: null,
  };
  const nodes = [null, deployment, { ...deployment, databaseId: 2, createdAt: null }];
  const pageInfo = { hasNextPage: false, endCursor: null };
  const read = await pagesOf(deployments, {
    query: () =>
      Promise.resolve({ repository: { deployments: { totalCount: 3, pageInfo, nodes } } }),
  });
  const about = { kind: "deployment", repository: "octo/hello", repository_github_id: 7 };
  const [good, bad, ...more] = itemsOf(read);
  assert.deepStrictEqual([good?.["external_id"], good?.["status"]], ["1", "pending"]);
  assert.deepStrictEqual([bad, ...more], [{ ...about, unreadable: nodes[2] }]);

  const issue = {
    number: 5,
    title: "Down",
    labels: ["incident"],
    created_at: "2026-03-01T12:00:00Z",
    updated_at: "2026-03-01T12:00:00Z",
  };
  const data = [{ ...issue, number: "six" }, issue];
  const listed = itemsOf(
    await pagesOf(incidents, {
      get: () => Promise.resolve({ data, etag: undefined, lastPage: 1, hasNext: false }),
    }),
  );
  assert.deepStrictEqual(
    listed.map((item) => item["external_id"] ?? Object(item["unreadable"])["number"]),
    ["5", "six"],
  );
});
