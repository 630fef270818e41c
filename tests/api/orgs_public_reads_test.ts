import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

const paths = ["/dashboard/tiles", "/metrics/timeline", "/metrics/catalog"];
const window = { start: "2026-11-09", end: "2026-11-15" };

/** An owner with 100 sessions, and the public id of their organization. */
async function ownerWithNumbers() {
  const owner = await newPerson();
  await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: {
      email: owner.email,
      source_name: "ga4",
      metric_date: "2026-11-10",
      data: { sessions: 100 },
    },
  });
  const { public_id } = (await api<{ public_id: string }>(`/orgs/${owner.orgId}`, { as: owner }))
    .body;
  const setPublic = async (public_reads: boolean) => {
    const body = { public_reads };
    const answer = await api(`/orgs/${owner.orgId}`, { method: "PATCH", as: owner, body });
    assert.strictEqual(answer.status, 200, answer.text);
  };
  return { owner, public_id, setPublic };
}

Deno.test("public reads are off until somebody turns them on, and a 401 again once they are off", async () => {
  const { public_id, setPublic } = await ownerWithNumbers();
  const query = { public_id };
  const refusedEverywhere = async () => {
    for (const path of paths) {
      assertProblem(await api(path, { query }), 401, "missing_credential");
    }
  };
  await refusedEverywhere();
  await setPublic(true);
  for (const path of paths) {
    const answer = await api(path, { query });
    assert.strictEqual(answer.status, 200, answer.text);
  }
  const tiles = await api("/dashboard/tiles", { query: { ...query, ...window } });
  assert.strictEqual(tiles.body["sessions"], 100);
  await setPublic(false);
  await refusedEverywhere();
});

Deno.test("a public dashboard shows the organization and nobody in it", async () => {
  const { owner, public_id, setPublic } = await ownerWithNumbers();
  await setPublic(true);
  for (const path of paths) {
    const query = { public_id, email: owner.email };
    assertProblem(await api(path, { query }), 422, "validation_failed", ["email"]);
    const { text } = await api(path, { query: { public_id } });
    assert.ok(!text.includes(owner.email), text);
    assert.ok(!text.includes(owner.id), text);
  }
});

Deno.test("a public id opens reads of that organization and nothing else", async () => {
  const { owner, public_id, setPublic } = await ownerWithNumbers();
  const other = await ownerWithNumbers();
  await setPublic(true);
  const query = { public_id };
  const body = { email: owner.email, source_name: "a", metric_date: "2026-11-10", data: { a: 1 } };
  const closed = [
    api("/metrics/ingest", { method: "POST", query, body }),
    api("/github/user", { query: { ...query, email: owner.email } }),
    api("/digest/preview", { query: { ...query, email: owner.email } }),
    api(`/orgs/${owner.orgId}`, { query }),
    api(`/orgs/${owner.orgId}/members`, { query }),
  ];
  for (const answer of await Promise.all(closed)) assertProblem(answer, 401, "missing_credential");
  assertProblem(
    await api("/dashboard/tiles", { query: { public_id: other.public_id } }),
    401,
    "missing_credential",
  );
  for (const unknown of [`pub_${"0".repeat(32)}`, owner.orgId, "", "pub_' or true --"]) {
    const { status } = await api("/dashboard/tiles", { query: { public_id: unknown } });
    assert.ok(status === 401 || status === 422, `${status} for ${unknown}`);
  }
});

Deno.test("with a credential as well, a bad one is refused, and a good one sees the public organization", async () => {
  const { public_id, setPublic } = await ownerWithNumbers();
  const other = await ownerWithNumbers();
  await setPublic(true);
  const query = { public_id, ...window };
  const wrong = await api("/dashboard/tiles", { as: { token: "wrong" }, query });
  assertProblem(wrong, 403, "wrong_credential");
  const { key } = await newKey(other.owner.orgId, { scopes: ["read"] });
  for (const as of [other.owner, { token: key }]) {
    const answer = await api("/dashboard/tiles", { as, query });
    assert.strictEqual(answer.body["sessions"], 100, answer.text);
  }
});

Deno.test("a public id can be guessed from nothing else of the organization", async () => {
  const { owner, public_id } = await ownerWithNumbers();
  assert.match(public_id, /^pub_[0-9a-f]{32}$/);
  const { id } = await sqlRow<{ id: string }>(
    "select id from public.organizations where public_id = $1",
    public_id,
  );
  assert.strictEqual(id, owner.orgId);
  assert.ok(!public_id.includes(id.replaceAll("-", "")));
});
