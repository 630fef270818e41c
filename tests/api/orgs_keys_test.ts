import assert from "node:assert/strict";
import { api, assertProblem, type Credential, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newPerson, newTeam } from "../helpers/tenancy/people.ts";

interface Key {
  id: string;
  key: string;
  prefix: string;
  name: string;
  scopes: string[];
  publishable: boolean;
  allowed_origins: string[];
  source_name: string | null;
  created_by: string | null;
  expires_at: string | null;
  last_used_at: string | null;
  replaced_by: string | null;
  status: string;
}

const make = (as: Credential, org: string, body: Record<string, unknown>) =>
  api<Key>(`/orgs/${org}/keys`, { method: "POST", as, body: { name: "Tests", ...body } });
const rotate = (as: Credential, org: string, id: string, body?: unknown) =>
  api<Key>(`/orgs/${org}/keys/${id}/rotate`, { method: "POST", as, body });
const revoke = (as: Credential, org: string, id: string) =>
  api(`/orgs/${org}/keys/${id}`, { method: "DELETE", as });
const list = async (as: Credential, org: string) =>
  (await api<{ items: Key[] }>(`/orgs/${org}/keys`, { as })).body.items;
/** Whether a key with the scope `read` works. */
const works = async (key: string) =>
  (await api("/metrics/catalog", { as: { token: key } })).status === 200;

Deno.test("a key is shown once; of it only a hash is kept that depends on a secret the database does not have", async () => {
  const { org, admin } = await newTeam();
  const made = await make(admin, org, { scopes: ["read"] });
  assert.strictEqual(made.status, 201, made.text);
  const { key, ...rest } = made.body;
  assert.match(key, /^ll_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}$/);
  assert.ok(key.startsWith(`${rest.prefix}_`));
  assert.deepStrictEqual(
    [rest.created_by, rest.status, rest.last_used_at, rest.publishable],
    [admin.id, "active", null, false],
  );
  assert.deepStrictEqual(await list(admin, org), [rest]);
  const { row } = await sqlRow<{ row: string }>(
    "select to_jsonb(k)::text as row from public.api_keys k where id = $1",
    rest.id,
  );
  assert.ok(!row.includes(key.slice(16, 40)), row);
  assert.ok(!row.includes(testEnv("TEST_API_KEY_SECRET")));
  assert.ok(await works(key));
});

Deno.test("the list says when a key was last used, to the hour, and pages", async () => {
  const { org, owner } = await newTeam();
  const { key, id } = await newKey(org, { scopes: ["read"] });
  await newKey(org);
  const hour = new Date().toISOString().slice(0, 13);
  assert.ok(await works(key));
  const [used] = (await list(owner, org)).filter((one) => one.id === id);
  assert.match(used?.last_used_at ?? "", /^\d{4}-\d{2}-\d{2}T\d{2}:00:00/);
  assert.ok((used?.last_used_at ?? "").slice(0, 13) >= hour);
  const page = await api(`/orgs/${org}/keys`, { as: owner, query: { page_size: 1, page: 2 } });
  assert.deepStrictEqual(
    [page.body["total_count"], page.body["has_more"], (page.body["items"] as Key[]).length],
    [2, false, 1],
  );
});

Deno.test("what does not go together in a key is refused, naming the fields", async () => {
  const owner = await newPerson();
  const cases: [Record<string, unknown>, string[]][] = [
    [{ scopes: [] }, ["scopes"]],
    [{ scopes: ["read", "read"] }, ["scopes"]],
    [{ scopes: ["ingest"], publishable: true }, ["allowed_origins"]],
    [{ scopes: ["ingest"], publishable: true, allowed_origins: [] }, ["allowed_origins"]],
    [{ scopes: ["ingest"], publishable: false, allowed_origins: ["https://a.test"] }, [
      "allowed_origins",
    ]],
    [{ scopes: ["ingest", "read"], allowed_origins: ["https://a.test"] }, ["scopes"]],
    [{ scopes: ["read"], source_name: "ga4" }, ["source_name"]],
    [{ scopes: ["read"], expires_at: "2026-01-01T00:00:00Z" }, ["expires_at"]],
    [{ scopes: ["read"], expires_at: "tomorrow" }, ["expires_at"]],
    [{ scopes: ["ingest"], allowed_origins: ["*"] }, ["allowed_origins.0"]],
    [{ scopes: ["ingest"], allowed_origins: ["https://*"] }, ["allowed_origins.0"]],
    [{ scopes: ["ingest"], allowed_origins: ["https://*.com"] }, ["allowed_origins.0"]],
    [{ scopes: ["ingest"], allowed_origins: ["https://a.test/path"] }, ["allowed_origins.0"]],
    [{ scopes: ["ingest"], allowed_origins: ["https://a.test", "ftp://a.test"] }, [
      "allowed_origins.1",
    ]],
  ];
  for (const [body, paths] of cases) {
    assertProblem(await make(owner, owner.orgId, body), 422, "validation_failed", paths);
  }
  assert.deepStrictEqual(await list(owner, owner.orgId), []);
});

Deno.test("origins make a key publishable, and are kept as browsers send them", async () => {
  const owner = await newPerson();
  const made = await make(owner, owner.orgId, {
    scopes: ["ingest"],
    allowed_origins: [
      "HTTPS://Shop.Example.test/",
      "https://*.example.test",
      "http://localhost:3000",
    ],
  });
  assert.strictEqual(made.status, 201, made.text);
  assert.strictEqual(made.body.publishable, true);
  assert.deepStrictEqual(made.body.allowed_origins, [
    "https://shop.example.test",
    "https://*.example.test",
    "http://localhost:3000",
  ]);
});

Deno.test("rotation makes a successor with the same rights; the old key works for the overlap", async () => {
  const owner = await newPerson();
  const org = owner.orgId;
  const expires_at = "2100-01-01T00:00:00+00:00";
  const old =
    (await make(owner, org, { scopes: ["ingest", "read"], source_name: "ga4", expires_at }))
      .body;
  const successor = await rotate(owner, org, old.id);
  assert.strictEqual(successor.status, 201, successor.text);
  const { name, scopes, source_name, expires_at: until } = successor.body;
  assert.deepStrictEqual({ name, scopes, source_name, until }, {
    name: old.name,
    scopes: old.scopes,
    source_name: "ga4",
    until: expires_at,
  });
  assert.deepStrictEqual([await works(old.key), await works(successor.body.key)], [true, true]);
  const kept = (await list(owner, org)).find((one) => one.id === old.id);
  assert.strictEqual(kept?.replaced_by, successor.body.id);
  const hours = (Date.parse(kept?.expires_at ?? "") - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours <= 24, `the old key works for ${hours} h`);
  assertProblem(await rotate(owner, org, old.id), 409, "conflict");

  const third = await rotate(owner, org, successor.body.id, { overlap_hours: 0 });
  assert.deepStrictEqual([await works(successor.body.key), await works(third.body.key)], [
    false,
    true,
  ]);
  assertProblem(
    await api("/metrics/catalog", { as: { token: successor.body.key } }),
    403,
    "expired_key",
  );
});

Deno.test("of many rotations at once one succeeds and one key is made", async () => {
  const owner = await newPerson();
  const { id } = await newKey(owner.orgId);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => rotate(owner, owner.orgId, id)),
  );
  assert.deepStrictEqual(answers.map((one) => one.status).sort(), [201, 409, 409, 409, 409]);
  assert.strictEqual((await list(owner, owner.orgId)).length, 2);
});

Deno.test("revoking ends a key at once, and it stays revoked", async () => {
  const { org, owner, admin } = await newTeam();
  const { key, id } = await newKey(org, { scopes: ["read"] });
  assert.ok(await works(key));
  assert.strictEqual((await revoke(admin, org, id)).status, 204);
  assertProblem(await api("/metrics/catalog", { as: { token: key } }), 403, "revoked_key");
  const [{ revoked_at: first } = { revoked_at: "" }] = await revokedAt(id);
  assert.strictEqual((await revoke(owner, org, id)).status, 204);
  assert.deepStrictEqual(await revokedAt(id), [{ revoked_at: first }]);
  assertProblem(await rotate(owner, org, id), 409, "conflict");
});

Deno.test("another organization's key is a 404 even to an owner", async () => {
  const [owner, stranger] = [await newPerson(), await newPerson()];
  const { id, key } = await newKey(owner.orgId, { scopes: ["read"] });
  assertProblem(await revoke(stranger, stranger.orgId, id), 404, "not_found");
  assertProblem(await rotate(stranger, stranger.orgId, id), 404, "not_found");
  assert.ok(await works(key));
});

Deno.test("an admin key makes and rotates keys that are no admin's, and none that outlives it", async () => {
  const { org, owner } = await newTeam();
  const expiresAt = "2100-01-01T00:00:00+00:00";
  const { key, id } = await newKey(org, { scopes: ["admin"], expiresAt });
  const as = { token: key };
  assertProblem(await make(as, org, { scopes: ["admin", "read"] }), 403, "forbidden");
  assertProblem(await rotate(as, org, id), 403, "forbidden");
  const other = await newKey(org, { scopes: ["admin"] });
  assertProblem(await rotate(as, org, other.id), 403, "forbidden");
  assertProblem(
    await make(as, org, { scopes: ["read"], expires_at: "2100-01-01T00:00:01Z" }),
    422,
    "validation_failed",
    ["expires_at"],
  );
  const made = await make(as, org, { scopes: ["read"] });
  assert.deepStrictEqual(
    [made.status, made.body.expires_at, made.body.created_by],
    [201, expiresAt, null],
    made.text,
  );
  const earlier = "2099-01-01T00:00:00+00:00";
  assert.strictEqual(
    (await make(as, org, { scopes: ["read"], expires_at: earlier })).body.expires_at,
    earlier,
  );
  assert.strictEqual((await rotate(as, org, made.body.id)).status, 201);
  assert.strictEqual((await rotate(owner, org, id)).status, 201, "a person may rotate it");
});

Deno.test("an admin key reaches no other organization, not even one of the person who made it", async () => {
  const owner = await newPerson();
  const second = (await api<{ id: string }>("/orgs", {
    method: "POST",
    as: owner,
    body: { name: "Second" },
  })).body.id;
  const { key } = (await make(owner, owner.orgId, { scopes: ["admin"] })).body;
  const as = { token: key };
  const foreign = await newKey(second);
  assert.strictEqual((await api(`/orgs/${owner.orgId}`, { as })).status, 200);
  for (const org of [second, crypto.randomUUID()]) {
    assertProblem(await api(`/orgs/${org}`, { as }), 403, "forbidden");
    assertProblem(await make(as, org, { scopes: ["read"] }), 403, "forbidden");
    assertProblem(await revoke(as, org, foreign.id), 403, "forbidden");
    assertProblem(await api(`/orgs/${org}/audit`, { as }), 403, "forbidden");
  }
  assertProblem(await revoke(as, owner.orgId, foreign.id), 404, "not_found");
});

Deno.test("a removed admin's keys are the organization's and go on working", async () => {
  const { org, owner, admin } = await newTeam();
  const { key } = (await make(admin, org, { scopes: ["read"] })).body;
  await api(`/orgs/${org}/members/${admin.id}`, { method: "DELETE", as: owner });
  assert.ok(await works(key));
  assertProblem(await api(`/orgs/${org}/keys`, { as: admin }), 404, "not_found");
});

function revokedAt(id: string) {
  return sql<{ revoked_at: string }>(
    "select revoked_at::text from public.api_keys where id = $1",
    id,
  );
}
