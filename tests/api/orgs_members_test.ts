import assert from "node:assert/strict";
import { api, assertProblem, type Credential } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import {
  newOrganization,
  newPerson,
  newTeam,
  type Role,
  seedPerson,
} from "../helpers/tenancy/people.ts";

interface Member {
  user_id: string;
  email: string;
  role: Role;
  signed_up: boolean;
}

const setRole = (as: Credential, org: string, userId: string, role: string) =>
  api<Member>(`/orgs/${org}/members/${userId}`, { method: "PATCH", as, body: { role } });
const remove = (as: Credential, org: string, userId: string) =>
  api(`/orgs/${org}/members/${userId}`, { method: "DELETE", as });
const leave = (as: Credential, org: string) => api(`/orgs/${org}/leave`, { method: "POST", as });
const transfer = (as: Credential, org: string, user_id: string) =>
  api(`/orgs/${org}/transfer`, { method: "POST", as, body: { user_id } });

/** Everybody's role by user id, as the database has it. */
async function roles(org: string): Promise<Record<string, Role>> {
  const rows = await sql<{ user_id: string; role: Role }>(
    "select user_id, role::text from public.memberships where org_id = $1::uuid",
    org,
  );
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
}

const home = async (userId: string) =>
  (await sqlRow<{ org_id: string }>("select org_id from public.users where id = $1::uuid", userId))
    .org_id;

Deno.test("POST /orgs makes an organization that the signed-in person owns, beside their others", async () => {
  const person = await newPerson();
  const body = { name: "  Second  ", time_zone: "Europe/Berlin" };
  const made = await api<{ id: string }>("/orgs", { method: "POST", as: person, body });
  assert.strictEqual(made.status, 201, made.text);
  const { id, name, time_zone, role, member_count, public_reads, min_group_size } = made
    .body as Record<string, unknown>;
  assert.deepStrictEqual(
    { name, time_zone, role, member_count, public_reads, min_group_size },
    {
      name: "Second",
      time_zone: "Europe/Berlin",
      role: "owner",
      member_count: 1,
      public_reads: false,
      min_group_size: 1,
    },
  );
  const { body: mine } = await api<{ items: { id: string }[]; total_count: number }>("/orgs", {
    as: person,
  });
  assert.deepStrictEqual(mine.items.map((one) => one.id), [person.orgId, id]);
  const second = await api("/orgs", { as: person, query: { page: 2, page_size: 1 } });
  const [{ id: only } = { id: "" }] = second.body["items"] as { id: string }[];
  assert.deepStrictEqual([only, second.body["total_count"], second.body["has_more"]], [
    id,
    2,
    false,
  ]);
  assert.strictEqual(await home(person.id), person.orgId);
});

Deno.test("a time zone nobody knows is refused by name, in a new organization and in an old one", async () => {
  const person = await newPerson();
  const time_zone = "Mars/Olympus";
  const made = await api("/orgs", { method: "POST", as: person, body: { name: "A", time_zone } });
  assertProblem(made, 422, "validation_failed", ["time_zone"]);
  const changed = await api(`/orgs/${person.orgId}`, {
    method: "PATCH",
    as: person,
    body: { time_zone },
  });
  assertProblem(changed, 422, "validation_failed", ["time_zone"]);
});

Deno.test("PATCH /orgs/{id} changes what is named and nothing else", async () => {
  const person = await newPerson();
  const path = `/orgs/${person.orgId}`;
  const before = await api(path, { as: person });
  const body = { digest_hour: 0, min_group_size: 5, public_reads: true };
  const after = await api(path, { method: "PATCH", as: person, body });
  assert.deepStrictEqual(after.body, { ...before.body, ...body });
  assertProblem(
    await api(path, { method: "PATCH", as: person, body: {} }),
    422,
    "validation_failed",
    [""],
  );
  const off = await api(path, { method: "PATCH", as: person, body: { public_reads: false } });
  assert.deepStrictEqual(off.body, { ...after.body, public_reads: false });
});

Deno.test("GET /orgs/{id}/members pages through the people, owners first", async () => {
  const { org, owner, admin, member, viewer } = await newTeam();
  const guest = await newPerson();
  await sql("insert into public.memberships values ($1::uuid, $2::uuid, 'viewer')", org, guest.id);
  const page = (number: number) =>
    api<{ items: Member[]; total_count: number; has_more: boolean }>(`/orgs/${org}/members`, {
      as: viewer,
      query: { page: number, page_size: 3 },
    });
  const first = (await page(1)).body;
  const second = (await page(2)).body;
  assert.deepStrictEqual(first.items.map((one) => one.user_id), [owner.id, admin.id, member.id]);
  const viewers = [viewer, guest].sort((a, b) => a.email < b.email ? -1 : 1);
  assert.deepStrictEqual(second.items.map((one) => one.email), viewers.map((one) => one.email));
  assert.deepStrictEqual([first.total_count, first.has_more, second.has_more], [5, true, false]);
});

Deno.test("roles are changed by owners, and by admins and admin keys as long as no owner is made or unmade", async () => {
  const { org, owner, admin, member, viewer } = await newTeam();
  const key = { token: (await newKey(org, { scopes: ["admin"] })).key };
  for (const as of [admin, key] satisfies Credential[]) {
    const changed = await setRole(as, org, viewer.id, "admin");
    assert.deepStrictEqual([changed.status, changed.body.role], [200, "admin"], changed.text);
    assert.strictEqual((await setRole(as, org, viewer.id, "viewer")).status, 200);
    assertProblem(await setRole(as, org, viewer.id, "owner"), 403, "forbidden");
    assertProblem(await setRole(as, org, owner.id, "viewer"), 403, "forbidden");
    assertProblem(await remove(as, org, owner.id), 403, "forbidden");
  }
  for (const as of [member, viewer]) {
    assertProblem(await setRole(as, org, as.id, "owner"), 403, "forbidden");
    assertProblem(await remove(as, org, admin.id), 403, "forbidden");
  }
  assert.strictEqual((await setRole(owner, org, member.id, "owner")).status, 200);
  assert.deepStrictEqual(await roles(org), {
    [owner.id]: "owner",
    [admin.id]: "admin",
    [member.id]: "owner",
    [viewer.id]: "viewer",
  });
});

Deno.test("nobody changes or removes somebody who is no member, not even of their own organization elsewhere", async () => {
  const [owner, stranger] = [await newPerson(), await newPerson()];
  for (const id of [stranger.id, crypto.randomUUID()]) {
    assertProblem(await setRole(owner, owner.orgId, id, "viewer"), 404, "not_found");
    assertProblem(await remove(owner, owner.orgId, id), 404, "not_found");
    assertProblem(await transfer(owner, owner.orgId, id), 404, "not_found");
    assertProblem(await setRole(owner, stranger.orgId, id, "viewer"), 404, "not_found");
    assertProblem(await remove(owner, stranger.orgId, id), 404, "not_found");
  }
});

Deno.test("the last owner can be neither demoted nor removed, nor leave, whoever asks", async () => {
  const { org, owner } = await newTeam();
  for (const as of [owner, "service"] satisfies Credential[]) {
    assertProblem(await setRole(as, org, owner.id, "admin"), 409, "last_owner");
    assertProblem(await remove(as, org, owner.id), 409, "last_owner");
  }
  assertProblem(await leave(owner, org), 409, "last_owner");
  assert.strictEqual((await roles(org))[owner.id], "owner");
});

Deno.test("two owners who demote each other at once leave one of them owner", async () => {
  for (let round = 0; round < 5; round++) {
    const org = (await newOrganization()).id;
    const [a, b] = await Promise.all([newPerson({ org }), newPerson({ org })]);
    const answers = await Promise.all([
      setRole(a, org, b.id, "viewer"),
      setRole(b, org, a.id, "viewer"),
    ]);
    // The second finds that its own role is gone.
    assert.deepStrictEqual(answers.map((one) => one.status).sort(), [200, 403]);
    assert.deepStrictEqual(Object.values(await roles(org)).sort(), ["owner", "viewer"]);
  }
});

Deno.test("two owners who leave at once leave one of them behind", async () => {
  for (let round = 0; round < 5; round++) {
    const org = (await newOrganization()).id;
    const [a, b] = await Promise.all([newPerson({ org }), newPerson({ org })]);
    const answers = await Promise.all([leave(a, org), leave(b, org)]);
    assert.deepStrictEqual(answers.map((one) => one.status).sort(), [204, 409]);
    assert.deepStrictEqual(Object.values(await roles(org)), ["owner"]);
  }
});

Deno.test("demoting, leaving and transferring at once end with an owner and without an error", async () => {
  for (let round = 0; round < 5; round++) {
    const org = (await newOrganization()).id;
    const [a, b, c] = await Promise.all([
      newPerson({ org }),
      newPerson({ org }),
      newPerson({ org, role: "member" }),
    ]);
    const answers = await Promise.all([
      transfer(a, org, c.id),
      setRole(b, org, a.id, "viewer"),
      setRole(a, org, b.id, "member"),
      leave(b, org),
      remove(a, org, b.id),
    ]);
    for (const { status, text } of answers) {
      assert.ok([200, 204, 403, 404, 409].includes(status), text);
    }
    assert.ok(Object.values(await roles(org)).includes("owner"));
  }
});

Deno.test("transferring ownership makes the other owner and oneself admin; of two at once one happens", async () => {
  const { org, owner, admin, member } = await newTeam();
  assertProblem(await transfer(owner, org, owner.id), 422, "validation_failed", ["user_id"]);
  assertProblem(await transfer(admin, org, member.id), 403, "forbidden");
  const answers = await Promise.all([
    transfer(owner, org, admin.id),
    transfer(owner, org, member.id),
  ]);
  assert.deepStrictEqual(answers.map((one) => one.status).sort(), [204, 403]);
  const now = await roles(org);
  assert.strictEqual(now[owner.id], "admin");
  assert.strictEqual(Object.values(now).filter((role) => role === "owner").length, 1);
});

Deno.test("a removed member's numbers stay with the organization, and what follows is theirs", async () => {
  const { org, owner, member } = await newTeam();
  const post = (metric_date: string, sessions: number) =>
    api("/metrics/ingest", {
      method: "POST",
      as: "service",
      body: { email: member.email, source_name: "ga4", metric_date, data: { sessions } },
    });
  const key = { token: (await newKey(org, { scopes: ["read"] })).key };
  const sessions = async (as: Credential) =>
    (await api("/dashboard/tiles", { as })).body["sessions"];

  await post("2026-11-10", 100);
  for (
    const table of ["data_sources (source_name, user_id)", "digest_preferences (enabled, user_id)"]
  ) {
    await sql(`insert into public.${table} values ('true', $1::uuid)`, member.id);
  }
  assert.strictEqual((await remove(owner, org, member.id)).status, 204);
  await post("2026-11-11", 7);

  assert.strictEqual(await sessions(key), 100, "the organization keeps what it had");
  assert.strictEqual(await sessions(member), 7, "the person has what came later");
  const gone = await api("/dashboard/tiles", { as: owner, query: { email: member.email } });
  assertProblem(gone, 404, "user_not_found");
  assertProblem(await api(`/orgs/${org}`, { as: member }), 404, "not_found");
  const newHome = await home(member.id);
  assert.notStrictEqual(newHome, org);
  assert.deepStrictEqual(await roles(newHome), { [member.id]: "owner" });
  const moved = await sqlRow(
    `select s.org_id as source, p.org_id as preference from public.data_sources s
     join public.digest_preferences p using (user_id) where user_id = $1::uuid`,
    member.id,
  );
  assert.deepStrictEqual(moved, { source: newHome, preference: newHome }, "so are these");
});

Deno.test("whoever leaves their home moves to another organization of theirs, if there is one", async () => {
  const { org, member } = await newTeam();
  const other = (await seedPerson()).orgId;
  await sql(
    "insert into public.memberships values ($1::uuid, $2::uuid, 'viewer')",
    other,
    member.id,
  );
  assert.strictEqual((await leave(member, org)).status, 204);
  assert.strictEqual(await home(member.id), other);
  assertProblem(await leave(member, org), 404, "not_found");
});
