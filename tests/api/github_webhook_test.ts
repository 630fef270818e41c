import assert from "node:assert/strict";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import {
  counts,
  newJob,
  syncNow,
  tick,
  until,
  watch,
  type Watched,
} from "../helpers/delivery/etl.ts";
import { chain, hour, shaOf } from "../helpers/github/github_model.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { deliver, delivered, deliveryRequest, fateOf } from "../helpers/github/webhooks.ts";

/** A repository that was read to the end, and what GitHub says of it in every payload. */
async function synced(fields: Parameters<typeof watch>[0] = {}) {
  const watched = await watch({ branches: { main: shaOf("a") }, commits: chain(["a"]), ...fields });
  await syncNow(watched.jobId);
  return { ...watched, about: about(watched) };
}

function about({ repository }: Watched) {
  return { id: repository.id, full_name: repository.full_name, default_branch: "main" };
}

function push(repository: object, after: string, fields: object = {}) {
  return {
    ref: "refs/heads/main",
    before: shaOf("a"),
    after: shaOf(after),
    created: false,
    deleted: false,
    forced: false,
    repository,
    head_commit: { timestamp: hour(9) },
    commits: [{
      id: shaOf(after),
      message: "More",
      timestamp: hour(9),
      author: { name: "Ada", email: "ada@example.test", username: "ada" },
    }],
    ...fields,
  };
}

const events = new Set([
  "push",
  "pull_request",
  "pull_request_review",
  "deployment",
  "deployment_status",
  "workflow_run",
  "release",
  "issues",
  "installation",
  "ping",
]);

Deno.test("every example of GitHub's webhooks is stored without a dead letter, and once", async () => {
  const { person, about } = await synced();
  const repository = { ...about, default_branch: "master" };
  const all = examples.filter(({ name }) => events.has(name))
    .flatMap(({ name, examples: payloads }) =>
      payloads.map((payload) => ({
        name,
        payload: "repository" in payload ? { ...payload, repository } : payload,
      }))
    );
  assert.ok(all.length > 100, String(all.length));
  const deliverAll = async (some: typeof all) => {
    const ids = some.map(() => crypto.randomUUID());
    const answers = await Promise.all(
      some.map(({ name, payload }, index) => deliver(name, payload, { id: ids[index] ?? "" })),
    );
    assert.deepStrictEqual([...new Set(answers.map(({ status }) => status))], [202]);
    const fates = await until("the fate of all", async () => {
      const rows = await sql<{ state: string; reason: string | null }>(
        `select state, reason from private.webhook_deliveries
         where delivery_id in (select jsonb_array_elements_text($1::jsonb))`,
        JSON.stringify(ids),
      );
      return rows.every(({ state }) => state !== "received") && rows;
    });
    assert.deepStrictEqual(
      fates.filter(({ state, reason }) => state !== "processed" || /^Not/.test(reason ?? "")),
      [],
    );
    return await counts(person.orgId);
  };
  const stored = await deliverAll(all);
  // All of GitHub's examples are about the same few things, in Codertocat's Hello-World.
  assert.deepStrictEqual(stored, {
    commits: 2,
    pull_requests: 1,
    pull_request_commits: 0,
    reviews: 1,
    deployments: 1,
    incidents: 0,
    releases: 1,
    branches: 2,
  });
  const oneOfEach = all.filter(({ name }, index) =>
    all.findIndex((other) => other.name === name) === index
  );
  assert.deepStrictEqual(await deliverAll(oneOfEach), stored);
  const letters = await sql(
    "select code, reason from private.etl_dead_letters where org_id = $1::uuid",
    person.orgId,
  );
  assert.deepStrictEqual(letters, []);
});

Deno.test("a webhook is refused unless GitHub signed these very bytes", async () => {
  const ping = { zen: "Design for failure." };
  const signed = deliveryRequest("ping", ping);
  const headers = signed.headers ?? {};
  const table: [string, Parameters<typeof api>[1], number, string][] = [
    [
      "another secret",
      deliveryRequest("ping", ping, { secret: "another secret" }),
      400,
      "invalid_signature",
    ],
    ["another body", { ...signed, body: '{"zen":"x"}' }, 400, "invalid_signature"],
    [
      "no signature",
      { ...signed, headers: { ...headers, "x-hub-signature-256": "" } },
      400,
      "invalid_signature",
    ],
    [
      "the old SHA-1 only",
      { ...signed, headers: { ...headers, "x-hub-signature-256": "sha1=757107ea" } },
      400,
      "invalid_signature",
    ],
    ["no JSON", deliveryRequest("ping", "{"), 400, "malformed_json"],
    [
      "no type that GitHub has",
      { ...signed, headers: { ...headers, "content-type": "application/xml" } },
      415,
      "unsupported_media_type",
    ],
  ];
  for (const [what, request, status, code] of table) {
    const answer = await api("/github/webhook", request);
    assertProblem(answer, status, code);
    assert.ok(what);
  }
  assert.deepStrictEqual((await api("/github/webhook", signed)).body, {
    received: true,
    duplicate: false,
  });
});

Deno.test("a delivery counts once, by its id", async () => {
  const { about, person } = await synced();
  const first = await delivered("push", push(about, "b"));
  const again = await deliver("push", push(about, "c"), { id: first.id });
  assert.deepStrictEqual(again.body, { received: true, duplicate: true });
  assert.strictEqual((await counts(person.orgId))["commits"], 2);
});

Deno.test("a payload of more than a mebibyte is taken, with characters that cannot be stored", async () => {
  const { about, person } = await synced();
  const payload = push(about, "b", { padding: "x".repeat(3 * 1024 * 1024) });
  const text = JSON.stringify(payload).replace('"More"', '"Mo\\u0000re \\ud800"');
  const { state } = await delivered("push", text);
  assert.strictEqual(state, "processed");
  const { headline } = await sqlRow(
    "select headline from private.commits where org_id = $1::uuid and sha = $2",
    person.orgId,
    shaOf("b"),
  );
  assert.strictEqual(headline, "Mo\ufffdre \ufffd");
});

Deno.test("a delivery is for who has proved access to the repository, by its number and never its name", async () => {
  const owner = await synced();
  const nosy = await newPerson();
  // They may name the repository, and GitHub does not show it to them.
  const theirs = await newJob(nosy, { repository: owner.repository.full_name });
  await tick(theirs);
  await delivered("push", push(owner.about, "b"));
  assert.strictEqual((await counts(owner.person.orgId))["commits"], 2);
  assert.strictEqual((await counts(nosy.orgId))["commits"], 0);

  const other = { ...owner.about, id: owner.about.id + 1 };
  const { state, reason } = await delivered("push", push(other, "c"));
  assert.deepStrictEqual([state, reason], [
    "unrouted",
    "No job has read this repository to the end yet",
  ]);
  assert.strictEqual((await counts(owner.person.orgId))["commits"], 2);
});

Deno.test("a push does not take back what a sync knows better, and has one follow", async () => {
  const { about, person, jobId } = await synced();
  await delivered(
    "push",
    push(about, "a", {
      commits: [{
        id: shaOf("a"),
        message: "Later",
        timestamp: hour(99),
        author: { name: "Grace", email: "grace@example.test", username: "grace" },
      }],
    }),
  );
  const { headline, author } = await sqlRow(
    "select headline, author from private.commits where org_id = $1::uuid",
    person.orgId,
  );
  assert.deepStrictEqual([headline, author], ["Change a", "ada"]);
  const { seconds } = await sqlRow<{ seconds: number }>(
    "select extract(epoch from next_run_at - now())::int as seconds from private.etl_jobs where id = $1::uuid",
    jobId,
  );
  assert.ok(seconds <= 60, `the next run is in ${seconds} s`);
});

Deno.test("a delivery that cannot be read is a dead letter that can be played again", async () => {
  const { about, person } = await synced();
  const { state, id } = await delivered("push", { ...push(about, "b"), ref: 7 });
  assert.strictEqual(state, "failed");
  type Letters = { items: Record<string, unknown>[]; total_count: number };
  const letters = async (which: string) =>
    (await api<Letters>("/etl/dead-letters", { as: person, query: { state: which } })).body;
  const [letter] = (await letters("open")).items;
  assert.deepStrictEqual(
    [letter?.["delivery_id"], letter?.["code"], letter?.["reason"], letter?.["kind"]],
    [id, "unreadable", "ref: must be text", null],
  );
  const replay = () =>
    api(`/etl/dead-letters/${letter?.["id"]}/replay`, { method: "POST", as: person });
  const failed = await replay();
  assert.deepStrictEqual([failed.body["state"], failed.body["attempts"]], ["open", 2]);

  // As if the function had learned to read it.
  await sql(
    `update private.webhook_deliveries set payload = jsonb_set(payload, '{ref}', '"refs/heads/main"')
     where delivery_id = $1`,
    id,
  );
  const replayed = await replay();
  assert.strictEqual(replayed.body["state"], "resolved", replayed.text);
  assert.strictEqual((await counts(person.orgId))["commits"], 2);
  assert.strictEqual((await letters("open")).total_count, 0);
  assert.strictEqual((await letters("resolved")).total_count, 1);
});

Deno.test("an item that cannot be stored is a dead letter, which closes when the item is stored", async () => {
  const { about, person } = await synced();
  const release = (tag: string) => ({
    action: "published",
    repository: about,
    release: {
      id: 3,
      tag_name: tag,
      name: "R",
      draft: false,
      prerelease: false,
      published_at: hour(4),
    },
  });
  await delivered("release", release("x".repeat(256)));
  const letters = () =>
    sql<{ state: string; attempts: number; kind: string }>(
      "select state, attempts, kind from private.etl_dead_letters where org_id = $1::uuid",
      person.orgId,
    );
  assert.deepStrictEqual(await letters(), [{ state: "open", attempts: 1, kind: "release" }]);
  const { id } = await sqlRow<{ id: string }>(
    "select id from private.etl_dead_letters where org_id = $1::uuid",
    person.orgId,
  );
  const again = await api(`/etl/dead-letters/${id}/replay`, { method: "POST", as: person });
  assert.strictEqual(again.body["state"], "open", again.text);
  assert.deepStrictEqual(await letters(), [{ state: "open", attempts: 2, kind: "release" }]);

  await delivered("release", release("v1"));
  assert.deepStrictEqual(await letters(), [{ state: "resolved", attempts: 2, kind: "release" }]);
});

Deno.test("a webhook that is a form, as GitHub makes them unless told otherwise, is taken", async () => {
  const { about, person } = await synced();
  const id = crypto.randomUUID();
  const payload = JSON.stringify(push(about, "b"));
  const form = new URLSearchParams({ payload }).toString();
  const request = deliveryRequest("push", form, { id });
  const answer = await api("/github/webhook", {
    ...request,
    headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded" },
  });
  assert.strictEqual(answer.status, 202, answer.text);
  assert.strictEqual((await fateOf(id)).state, "processed");
  assert.strictEqual((await counts(person.orgId))["commits"], 2);
});
