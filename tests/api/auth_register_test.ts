import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { authMails, sql, sqlRow } from "../helpers/stack/database.ts";
import { codeOfLastMail, newEmail, newOrganization, newPerson } from "../helpers/tenancy/people.ts";

const newPassword = "correct horse battery";
const newUsername = () => `r-${crypto.randomUUID().slice(0, 16)}`;

const register = (body: Record<string, unknown>) => api("/auth/register", { method: "POST", body });
const signIn = (body: Record<string, unknown>) => api("/auth/token", { method: "POST", body });

/** What the link in the confirmation mail does. */
async function followMail(email: string): Promise<void> {
  const response = await fetch(`${testEnv("TEST_URL")}/auth/v1/verify`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_PUBLISHABLE_KEY"), "content-type": "application/json" },
    body: JSON.stringify({ type: "signup", email, token: await codeOfLastMail(email) }),
  });
  assert.strictEqual(response.status, 200, await response.text());
}

Deno.test("POST /auth/register makes a person with an organization of their own, once the mail is followed", async () => {
  const email = newEmail("Ada");
  const username = newUsername();
  const answer = await register({
    email: ` ${email.toUpperCase()} `,
    password: newPassword,
    username: username.toUpperCase(),
    age: 36,
    gender: "Female",
  });
  assert.strictEqual(answer.status, 201, answer.text);
  assert.deepStrictEqual(answer.body, {
    user: { email: email.toLowerCase(), username },
    confirmation_required: true,
  });
  assertProblem(await signIn({ email, password: newPassword }), 401, "sign_in_failed");

  await followMail(email.toLowerCase());
  const session = await signIn({ username, password: newPassword });
  assert.strictEqual(session.status, 200, session.text);
  const { user, access_token: token } = session.body as {
    user: Record<string, unknown>;
    access_token: string;
  };
  assert.strictEqual(user["email"], email.toLowerCase());
  assert.strictEqual(user["username"], username);
  assert.strictEqual(user["age"], 36);
  assert.strictEqual(user["gender"], "Female");
  const owned = await sqlRow(
    "select role::text from public.memberships where user_id = $1::uuid and org_id = $2::uuid",
    user["id"],
    user["org_id"],
  );
  assert.deepStrictEqual(owned, { role: "owner" });
  assert.strictEqual((await api("/dashboard/tiles", { as: { token } })).status, 200);
});

Deno.test("registering with an invitation joins the organization that invited, and no second time", async () => {
  const { id: org } = await newOrganization({ name: "Inviting" });
  const email = newEmail("invited");
  const invitation = `inv_${crypto.randomUUID()}`;
  await sql(
    `insert into public.invitations (org_id, email, role, token_hash, expires_at)
     values ($1::uuid, $2, 'member', $3, now() + interval '7 days')`,
    org,
    email,
    createHash("sha256").update(invitation).digest("hex"),
  );
  const stranger = newEmail("stranger");
  for (const address of [stranger, email]) {
    const body = { email: address, password: newPassword, username: newUsername(), invitation };
    assert.strictEqual((await register(body)).status, 201);
    await followMail(address);
  }
  const rows = await sql(
    `select u.email, u.org_id = $1::uuid as home, m.role::text from public.users u
     left join public.memberships m on m.user_id = u.id and m.org_id = $1::uuid
     where u.email in ($2, $3) order by m.role nulls last`,
    org,
    email,
    stranger,
  );
  assert.deepStrictEqual(rows, [
    { email, home: true, role: "member" },
    { email: stranger, home: false, role: null },
  ]);
});

Deno.test("an address that is known gets the answer of a new one, and keeps its password", async () => {
  const confirmed = await newPerson();
  const pending = newEmail("pending");
  await register({ email: pending, password: newPassword, username: newUsername() });
  const mails = (await authMails(pending)).length;
  const fresh = newEmail("fresh");
  for (const email of [confirmed.email, pending, fresh]) {
    const username = newUsername();
    const started = performance.now();
    const answer = await register({ email, password: "another password", username });
    assert.ok(performance.now() - started >= 490);
    assert.strictEqual(answer.status, 201, answer.text);
    assert.deepStrictEqual(answer.body, { user: { email, username }, confirmation_required: true });
    assert.doesNotMatch([...answer.headers.keys()].join(" "), /sb-auth|session/);
  }
  assert.ok((await authMails(pending)).length >= mails);
  const taken = { email: confirmed.email, password: "another password" };
  assertProblem(await signIn(taken), 401, "sign_in_failed");
});

Deno.test("a username that is taken is a 409, whoever asks", async () => {
  const username = newUsername();
  const { id } = await newPerson();
  await sql("update public.users set username = $2 where id = $1::uuid", id, username);
  for (const wanted of [username, username.toUpperCase()]) {
    const answer = await register({ email: newEmail(), password: newPassword, username: wanted });
    assertProblem(answer, 409, "username_taken");
  }
});

Deno.test("of two who wait for their mails under one username the first to follow theirs gets it", async () => {
  const username = newUsername();
  const [first, second] = [newEmail("first"), newEmail("second")];
  for (const email of [first, second]) {
    const answer = await register({ email, password: newPassword, username });
    assert.strictEqual(answer.status, 201, answer.text);
  }
  await followMail(first);
  await followMail(second);
  const rows = await sql(
    "select email, username from public.users where email in ($1, $2) order by username nulls last",
    first,
    second,
  );
  assert.deepStrictEqual(rows, [{ email: first, username }, { email: second, username: null }]);
});

const good = { email: "ada@example.test", password: newPassword, username: "ada-lovelace" };

const refused: [string, Record<string, unknown>, string, RegExp][] = [
  ["a short password", { password: "1234567" }, "password", /at least 8 characters/],
  ["a password of 73 bytes", { password: "ä".repeat(36) + "a" }, "password", /than 72 bytes/],
  ["a short username", { username: "ab" }, "username", /3 to 32/],
  ["a username that begins with a dot", { username: ".ada" }, "username", /3 to 32/],
  ["a username of 33 characters", { username: "a".repeat(33) }, "username", /./],
  ["an address as username", { username: "ada@example" }, "username", /3 to 32/],
  ["no address", { email: "ada" }, "email", /e-mail address/],
  ["an age of 151", { age: 151 }, "age", /./],
  ["half an age", { age: 36.5 }, "age", /./],
  ["a gender unheard of", { gender: "female" }, "gender", /./],
  ["a role of their choice", { role: "owner" }, "role", /Unknown field/],
];

for (const [what, change, path, message] of refused) {
  Deno.test(`POST /auth/register with ${what} is 422`, async () => {
    const answer = await register({ ...good, ...change });
    assertProblem(answer, 422, "validation_failed", [path]);
    assert.match(String(answer.body["detail"]), message);
  });
}
