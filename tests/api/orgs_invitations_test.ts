import assert from "node:assert/strict";
import { api, assertProblem, type Credential, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow, sqlScript } from "../helpers/stack/database.ts";
import { newInvitation } from "../helpers/tenancy/invitations.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import {
  codeOfLastMail,
  confirm,
  newEmail,
  newPerson,
  newTeam,
  password,
  seedPerson,
  signUp,
} from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));

interface Invitation {
  id: string;
  email: string;
  role: string;
  status: string;
  expires_at: string;
  delivery?: string;
  link?: string;
}

const invite = (as: Credential, org: string, email: string, role = "member") =>
  api<Invitation>(`/orgs/${org}/invitations`, { method: "POST", as, body: { email, role } });
const accept = (as: Credential, token: string) =>
  api<{ id: string; role: string }>("/orgs/invitations/accept", {
    method: "POST",
    as,
    body: { token },
  });
const list = async (as: Credential, org: string) =>
  (await api<{ items: Invitation[] }>(`/orgs/${org}/invitations`, { as })).body.items;

/** The token in the newest mail to an address. */
async function mailedToken(email: string): Promise<string> {
  const { text } = (await mail.mailsTo(email)).at(-1) ?? {};
  const link = /https:\/\/app\.livinglytics\.test\/invitations\?token=([\w-]{43})\n/.exec(
    text ?? "",
  );
  assert.ok(link?.[1], `no link in ${text}`);
  return link[1];
}

/** Where somebody belongs: their home and their role in each organization. */
function belongings(email: string) {
  return sqlRow<{ home: string; roles: Record<string, string> }>(
    `select u.org_id as home, jsonb_object_agg(m.org_id, m.role) as roles
     from public.users u join public.memberships m on m.user_id = u.id where u.email = $1 group by u.org_id`,
    email,
  );
}

Deno.test("an invitation is mailed, accepted once, and the token is kept nowhere", async () => {
  const { org, admin } = await newTeam({ name: "Tom & <Jerry>\nInc" });
  const guest = await newPerson();
  const invited = await invite(admin, org, guest.email.toUpperCase(), "viewer");
  assert.strictEqual(invited.status, 201, invited.text);
  assert.deepStrictEqual(
    [invited.body.delivery, invited.body.link, invited.body.status, invited.body.email],
    ["sent", undefined, "open", guest.email],
  );
  const days = (Date.parse(invited.body.expires_at) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, `expires in ${days} days`);

  const [sent] = await mail.mailsTo(guest.email);
  assert.strictEqual(sent?.subject, "You are invited to Tom & <Jerry> Inc on Living Lytics");
  assert.ok(!sent.html.includes("<Jerry>"), sent.html);
  const token = await mailedToken(guest.email);
  assert.ok(sent.html.includes(token));
  const [asked] = await mail.requestsFor(guest.email);
  assert.strictEqual(asked?.idempotency_key, `invitation/${invited.body.id}`);
  const kept = await sqlRow<{ row: string }>(
    "select to_jsonb(i)::text as row from public.invitations i where id = $1::uuid",
    invited.body.id,
  );
  assert.ok(!kept.row.includes(token));

  const joined = await accept(guest, token);
  assert.deepStrictEqual(
    [joined.status, joined.body.id, joined.body.role],
    [200, org, "viewer"],
    joined.text,
  );
  assert.deepStrictEqual(await belongings(guest.email), {
    home: guest.orgId,
    roles: { [guest.orgId]: "owner", [org]: "viewer" },
  });
  assertProblem(await accept(guest, token), 404, "not_found");
  assert.deepStrictEqual((await list(admin, org)).map((one) => one.status), ["accepted"]);
});

Deno.test("one invitation accepted many times at once is accepted once", async () => {
  const { org } = await seedPerson().then(({ orgId }) => ({ org: orgId }));
  const guest = await newPerson();
  const { token } = await newInvitation(org, guest.email);
  const answers = await Promise.all(Array.from({ length: 6 }, () => accept(guest, token)));
  assert.deepStrictEqual(answers.map((one) => one.status).sort(), [200, 404, 404, 404, 404, 404]);
});

Deno.test("an invitation of another address, an expired, revoked, replaced or made-up one is a 404 that tells nothing", async () => {
  const { org, owner } = await newTeam();
  const guest = await newPerson();
  const others = await newInvitation(org, newEmail());
  const revoked = await newInvitation(org, guest.email, { revoked: true });
  const replaced = await newInvitation(org, guest.email);
  assert.strictEqual((await invite(owner, org, guest.email)).status, 201);
  const open = await mailedToken(guest.email);
  const tokens = [others.token, revoked.token, replaced.token, "A".repeat(43)];
  const details = new Set<unknown>();
  for (const token of tokens) {
    const refused = await accept(guest, token);
    assertProblem(refused, 404, "not_found");
    details.add((refused.body as unknown as { detail: string }).detail);
  }
  await sql(
    "update public.invitations set expires_at = now() where org_id = $1::uuid and email = $2",
    org,
    guest.email,
  );
  const expired = await accept(guest, open);
  assertProblem(expired, 404, "not_found");
  assert.strictEqual(details.add((expired.body as unknown as { detail: string }).detail).size, 1);
  assert.deepStrictEqual(
    (await list(owner, org)).filter((one) => one.email === guest.email).map((one) => one.status)
      .sort(),
    ["expired", "revoked", "revoked"],
  );
});

Deno.test("DELETE /orgs/{id}/invitations/{invitation_id} ends an open invitation of that organization", async () => {
  const { org, admin } = await newTeam();
  const guest = await newPerson();
  const { id, token } = await newInvitation(org, guest.email);
  const revoke = (as: Credential, where: string) =>
    api(`/orgs/${where}/invitations/${id}`, { method: "DELETE", as });
  assertProblem(await revoke(guest, guest.orgId), 404, "not_found");
  assert.strictEqual((await revoke(admin, org)).status, 204);
  assert.strictEqual((await revoke(admin, org)).status, 204);
  assertProblem(await accept(guest, token), 404, "not_found");

  const used = await newInvitation(org, guest.email);
  assert.strictEqual((await accept(guest, used.token)).status, 200);
  const late = await api(`/orgs/${org}/invitations/${used.id}`, { method: "DELETE", as: admin });
  assertProblem(late, 404, "not_found");
});

Deno.test("a member is not invited again, and only an owner invites an owner", async () => {
  const { org, owner, admin, viewer } = await newTeam();
  const key = { token: (await newKey(org, { scopes: ["admin"] })).key };
  assertProblem(await invite(owner, org, viewer.email), 409, "conflict");
  for (const as of [admin, key] satisfies Credential[]) {
    assertProblem(await invite(as, org, newEmail(), "owner"), 403, "forbidden");
    assert.strictEqual((await invite(as, org, newEmail(), "admin")).status, 201);
  }
  assert.strictEqual((await invite(owner, org, newEmail(), "owner")).status, 201);
});

Deno.test("a mail that cannot be sent is a 502, and its invitation is revoked", async () => {
  const { org, owner } = await newTeam();
  for (const fault of [{ status: 500 }, { status: 422, name: "validation_error" }]) {
    const email = newEmail();
    await mail.fail(email, fault);
    assertProblem(await invite(owner, org, email), 502, "upstream_error");
  }
  assert.deepStrictEqual((await list(owner, org)).map((one) => one.status), ["revoked", "revoked"]);
});

Deno.test("invitations are limited for each person and key, because each is a mail", async () => {
  const { org, owner, admin } = await newTeam();
  const { key, id } = await newKey(org, { scopes: ["admin"] });
  for (const bucket of [`invite:user:${owner.authUserId}`, `invite:key:${id}`]) {
    await sql(
      "insert into private.rate_limits values ($1, now() + interval '1 hour', 0)",
      bucket,
    );
  }
  for (const as of [owner, { token: key }]) {
    const refused = await invite(as, org, newEmail());
    assertProblem(refused, 429, "rate_limited");
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
  }
  assert.strictEqual((await invite(admin, org, newEmail())).status, 201);
  assert.strictEqual((await list(admin, org)).length, 1);
});

Deno.test("signing up without an invitation makes a personal organization", async () => {
  const email = newEmail();
  await signUp(email);
  await confirm(email);
  const { home, roles } = await belongings(email);
  assert.deepStrictEqual(roles, { [home]: "owner" });
});

/** Signs up and chooses an invitation with the code of the mail. */
async function register(email: string, invitation: string): Promise<void> {
  await signUp(email);
  const answer = await api("/auth/confirm", {
    method: "POST",
    body: {
      email,
      token: await codeOfLastMail(email),
      password,
      username: `i-${crypto.randomUUID().slice(0, 16)}`,
      invitation,
    },
  });
  assert.strictEqual(answer.status, 200, answer.text);
}

Deno.test("signing up with an invitation joins that organization and makes none", async () => {
  const { orgId } = await seedPerson();
  const email = newEmail();
  const { token } = await newInvitation(orgId, email, { role: "viewer" });
  await register(email, token);
  assert.deepStrictEqual(await belongings(email), { home: orgId, roles: { [orgId]: "viewer" } });
  const left = await sql("select 1 from public.organizations where name = $1", email.split("@")[0]);
  assert.deepStrictEqual(left, []);
});

Deno.test("an organization that has something in it is kept when its owner joins by an invitation", async () => {
  const { orgId } = await seedPerson();
  const email = newEmail();
  const { token } = await newInvitation(orgId, email);
  await signUp(email);
  await confirm(email);
  const { home } = await belongings(email);
  await sql(
    "insert into public.invitations (org_id, email, role, token_hash, expires_at) values ($1::uuid, $2, 'viewer', $3, now())",
    home,
    newEmail(),
    crypto.randomUUID().replaceAll("-", "").repeat(2),
  );
  const { auth_user_id } = await sqlRow<{ auth_user_id: string }>(
    "select auth_user_id from public.users where email = $1",
    email,
  );
  await sqlScript(`begin;
    set local request.jwt.claims = '{"sub": "${auth_user_id}", "role": "authenticated"}';
    set local role authenticated;
    select public.complete_registration('{"invitation": "${token}"}');
    commit;`);
  assert.deepStrictEqual(await belongings(email), {
    home,
    roles: { [home]: "owner", [orgId]: "member" },
  });
});

Deno.test("signing up with somebody else's, an expired or a made-up invitation makes a personal organization", async () => {
  const { orgId } = await seedPerson();
  const email = newEmail();
  const tokens = [
    (await newInvitation(orgId, newEmail())).token,
    (await newInvitation(orgId, email, { expiresAt: "2026-01-01" })).token,
    "not a token",
  ];
  for (const [index, invitation] of tokens.entries()) {
    const address = index === 1 ? email : newEmail();
    await register(address, invitation);
    const { home, roles } = await belongings(address);
    assert.deepStrictEqual(roles, { [home]: "owner" });
    assert.notStrictEqual(home, orgId);
  }
});

Deno.test("a person who was there before signing up keeps their home, and joins by the invitation as well", async () => {
  const { orgId } = await seedPerson();
  const ofOthers = await seedPerson({ role: "member", org: (await seedPerson()).orgId });
  const ofTheirOwn = await seedPerson();
  for (const seeded of [ofOthers, ofTheirOwn]) {
    const { token } = await newInvitation(orgId, seeded.email);
    await register(seeded.email, token);
    assert.deepStrictEqual(await belongings(seeded.email), {
      home: seeded.orgId,
      roles: { [seeded.orgId]: seeded === ofOthers ? "member" : "owner", [orgId]: "member" },
    });
  }
});

Deno.test("an open invitation alone pulls nobody in who signs up without its token", async () => {
  const { orgId } = await seedPerson();
  const email = newEmail();
  await newInvitation(orgId, email);
  await signUp(email);
  await confirm(email);
  assert.ok(!(orgId in (await belongings(email)).roles));
});
