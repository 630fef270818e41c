import assert from "node:assert/strict";
import { api, assertProblem, type Credential, testEnv } from "../helpers/stack/api.ts";
import { sql, SqlError } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newEmail, newPerson, newTeam, seedPerson } from "../helpers/tenancy/people.ts";

interface Entry {
  id: number;
  at: string;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  object_type: string;
  object_id: string | null;
  ip: string | null;
  peer: string | null;
  request_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

interface Page {
  items: Entry[];
  total_count: number;
  has_more: boolean;
}

async function audit(
  as: Credential,
  org: string,
  query: Record<string, string | number> = {},
): Promise<Page> {
  const answer = await api<Page>(`/orgs/${org}/audit`, { as, query });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

/** What a request left in the log. */
async function traceOf(
  as: Credential,
  org: string,
  request: (id: string) => Promise<unknown>,
): Promise<Entry[]> {
  const id = `audit-${crypto.randomUUID()}`;
  await request(id);
  return (await audit(as, org, { page_size: 100 })).items.filter((one) => one.request_id === id);
}

Deno.test("the log says who changed which setting, from where, and what it was before", async () => {
  const { org, owner, admin } = await newTeam({ name: "Before" });
  const key = await newKey(org, { scopes: ["admin"] });
  const actors: [Credential, string, string | null][] = [
    [admin, "user", admin.id],
    [{ token: key.key }, "key", key.id],
    ["service", "service", null],
  ];
  for (const [index, [as, kind, id]] of actors.entries()) {
    const [entry, ...more] = await traceOf(owner, org, (requestId) =>
      api(`/orgs/${org}`, {
        method: "PATCH",
        as,
        body: { min_group_size: index + 2 },
        headers: { "x-request-id": requestId, "x-audit-key": "forged", "x-audit-ip": "6.6.6.6" },
      }));
    assert.deepStrictEqual(more, []);
    assert.ok(entry);
    assert.deepStrictEqual(
      [entry.actor_kind, entry.actor_id, entry.action, entry.object_id, entry.ip],
      [kind, id, "organization.changed", org, "127.0.0.1"],
    );
    assert.deepStrictEqual(
      [entry.before?.["min_group_size"], entry.after?.["min_group_size"]],
      [index + 1, index + 2],
    );
    assert.ok(Math.abs(Date.parse(entry.at) - Date.now()) < 600_000);
  }
});

Deno.test("past the functions nobody can claim to be somebody else, and the address of their own choice is told apart", async () => {
  const { org, owner, admin } = await newTeam();
  const [entry] = await traceOf(owner, org, async (id) => {
    const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/update_organization`, {
      method: "POST",
      headers: {
        apikey: testEnv("TEST_PUBLISHABLE_KEY"),
        authorization: `Bearer ${admin.token}`,
        "content-type": "application/json",
        "x-audit-key": "forged",
        "x-audit-ip": "6.6.6.6",
        "x-audit-request-id": id,
        "x-forwarded-for": "6.6.6.6",
      },
      body: JSON.stringify({ p_org_id: org, p_changes: { name: "Past the functions" } }),
    });
    assert.strictEqual(response.status, 200, await response.text());
  });
  assert.ok(entry);
  const { actor_kind, actor_id, ip, peer } = entry;
  assert.deepStrictEqual([actor_kind, actor_id, ip, peer], [
    "user",
    admin.id,
    "6.6.6.6",
    "127.0.0.1",
  ]);
});

Deno.test("the log has members, invitations and keys, and neither a secret nor the hash of one", async () => {
  const { org, owner, member, viewer } = await newTeam();
  const members = `/orgs/${org}/members`;
  const call = (path: string, method: string, body?: unknown) => (id: string) =>
    api<Record<string, string>>(path, {
      method,
      as: owner,
      body,
      headers: { "x-request-id": id },
    });
  const done = async (request: (id: string) => Promise<unknown>) =>
    (await traceOf(owner, org, request)).map(({ action, object_id, before, after }) => ({
      action,
      object_id,
      before,
      after,
    }));

  const [changed] = await done(call(`${members}/${member.id}`, "PATCH", { role: "viewer" }));
  assert.deepStrictEqual(
    [changed?.action, changed?.object_id, changed?.before?.["role"], changed?.after?.["role"]],
    ["membership.changed", member.id, "member", "viewer"],
  );
  const [removed] = await done(call(`${members}/${viewer.id}`, "DELETE"));
  assert.deepStrictEqual(
    [removed?.action, removed?.object_id, removed?.before?.["role"], removed?.after],
    ["membership.deleted", viewer.id, "viewer", null],
  );
  const email = newEmail();
  const [invited] = await done(call(`/orgs/${org}/invitations`, "POST", { email, role: "viewer" }));
  assert.deepStrictEqual(
    [invited?.action, invited?.before, invited?.after?.["email"]],
    ["invitation.created", null, email],
  );
  let key = "";
  const [made] = await done(async (id) => {
    const body = { name: "K", scopes: ["read"] };
    key = (await call(`/orgs/${org}/keys`, "POST", body)(id)).body["key"] ?? "";
  });
  assert.deepStrictEqual(
    [made?.action, made?.object_id, made?.after?.["name"]],
    ["api_key.created", key.slice(3, 15), "K"],
  );
  await api("/metrics/catalog", { as: { token: key } });
  const rotated = await done(call(`/orgs/${org}/keys/${key.slice(3, 15)}/rotate`, "POST"));
  assert.deepStrictEqual(rotated.map((one) => one.action).sort(), [
    "api_key.changed",
    "api_key.created",
  ]);
  const [revoked] = await done(call(`/orgs/${org}/keys/${key.slice(3, 15)}`, "DELETE"));
  assert.deepStrictEqual(
    [revoked?.action, revoked?.before?.["revoked_at"], typeof revoked?.after?.["revoked_at"]],
    ["api_key.changed", null, "string"],
  );

  const [{ everything = "" } = {}] = await sql<{ everything: string }>(
    "select string_agg(to_jsonb(l)::text, '') as everything from public.audit_log l where l.org_id = $1::uuid",
    org,
  );
  const hashes = await sql<{ hash: string }>(
    `select secret_hash as hash from public.api_keys where org_id = $1::uuid
     union all select token_hash from public.invitations where org_id = $1::uuid`,
    org,
  );
  assert.ok(hashes.length >= 3);
  for (const { hash } of hashes) assert.ok(!everything.includes(hash));
  assert.ok(!everything.includes(key.slice(16)), everything);
  assert.doesNotMatch(everything, /_hash/);
});

Deno.test("what was refused or changed nothing leaves no line", async () => {
  const { org, owner, viewer } = await newTeam();
  const before = (await audit(owner, org)).total_count;
  await api(`/orgs/${org}`, { method: "PATCH", as: viewer, body: { name: "Mine" } });
  await api(`/orgs/${org}`, { method: "PATCH", as: owner, body: { min_group_size: 1 } });
  await api(`/orgs/${org}/members/${owner.id}`, { method: "DELETE", as: owner });
  assert.strictEqual((await audit(owner, org)).total_count, before);
});

Deno.test("the log is filtered and paged, the newest first", async () => {
  const { org, owner, admin } = await newTeam();
  for (const name of ["One", "Two", "Three"]) {
    const answer = await api(`/orgs/${org}`, { method: "PATCH", as: admin, body: { name } });
    assert.strictEqual(answer.status, 200);
  }
  const changes = { action: "organization.changed", actor_id: admin.id };
  const first = await audit(owner, org, { ...changes, page_size: 2 });
  const second = await audit(owner, org, { ...changes, page_size: 2, page: 2 });
  assert.deepStrictEqual(
    [...first.items, ...second.items].map((one) => one.after?.["name"]),
    ["Three", "Two", "One"],
  );
  assert.deepStrictEqual([first.total_count, first.has_more, second.has_more], [3, true, false]);

  const count = async (query: Record<string, string>) =>
    (await audit(owner, org, query)).total_count;
  assert.strictEqual(await count({ object_type: "membership" }), 4);
  assert.strictEqual(await count({ actor_id: owner.id }), 0);
  assert.strictEqual(await count({ action: "organization.deleted" }), 0);
  const [newest] = first.items;
  assert.ok(newest);
  assert.strictEqual(await count({ ...changes, from: newest.at }), 1, "from is included");
  assert.strictEqual(await count({ ...changes, to: newest.at }), 2, "to is not");
  const [{ today = "", yesterday = "" } = {}] = await sql<{ today: string; yesterday: string }>(
    `select day::text as today, (day - 1)::text as yesterday
     from (select (now() at time zone o.time_zone)::date as day from public.organizations o where o.id = $1::uuid) at`,
    org,
  );
  assert.strictEqual(
    await count({ ...changes, start: today, end: today }),
    3,
    "the day is included",
  );
  assert.strictEqual(await count({ ...changes, end: yesterday }), 0, "the day before is another");
});

Deno.test("owners and admins read the log of their organization, nobody else does", async () => {
  const { org, owner, admin, member, viewer } = await newTeam();
  const stranger = await newPerson();
  for (const as of [owner, admin]) assert.ok((await audit(as, org)).total_count > 0);
  for (const as of [member, viewer]) {
    assertProblem(await api(`/orgs/${org}/audit`, { as }), 403, "forbidden");
  }
  assertProblem(await api(`/orgs/${org}/audit`, { as: stranger }), 404, "not_found");
  const ours = new Set((await audit(owner, org, { page_size: 100 })).items.map(({ id }) => id));
  const theirs = (await audit(stranger, stranger.orgId, { page_size: 100 })).items;
  assert.deepStrictEqual(theirs.filter(({ id }) => ours.has(id)), []);
});

Deno.test("the log can be changed by nobody: not by the service, not by the database's owner", async () => {
  const { orgId } = await seedPerson();
  const count = async () =>
    (await sql("select id from public.audit_log where org_id = $1::uuid", orgId)).length;
  const before = await count();
  assert.ok(before > 0);
  const attempts = [
    `update public.audit_log set action = 'nothing' where org_id = '${orgId}'`,
    `delete from public.audit_log where org_id = '${orgId}'`,
    "truncate public.audit_log",
    `insert into public.audit_log (actor_kind, action, object_type) values ('user', 'a.b', 'a')`,
  ];
  for (const attempt of attempts) {
    const asService = `do $do$ begin set local role service_role; ${attempt}; end $do$`;
    await assert.rejects(sql(asService), isRefusal("42501"), attempt);
    if (attempt.startsWith("insert")) continue;
    await assert.rejects(sql(attempt), isRefusal("LL403"), attempt);
  }
  assert.strictEqual(await count(), before);
});

function isRefusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof SqlError && error.code === code;
}
