import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { authMails, sql, sqlRow } from "../helpers/stack/database.ts";
import { codeOfLastMail, newEmail, newOrganization, newPerson } from "../helpers/tenancy/people.ts";

const newPassword = "correct horse battery";
const newUsername = () => `r-${crypto.randomUUID().slice(0, 16)}`;

const register = (body: Record<string, unknown>) => api("/auth/register", { method: "POST", body });
const signIn = (body: Record<string, unknown>) => api("/auth/token", { method: "POST", body });

interface Session {
  access_token: string;
  user: Record<string, unknown>;
}

/** What the form behind the mail does: its code, and what its reader chooses. */
const confirm = (body: Record<string, unknown>) =>
  api<Session>("/auth/confirm", { method: "POST", body });

async function confirmed(email: string, said: Record<string, unknown>): Promise<Session> {
  const answer = await confirm({
    email,
    token: await codeOfLastMail(email),
    password: newPassword,
    ...said,
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return answer.body;
}

/** Supabase Auth itself, as anybody reaches it with the publishable key. */
async function auth(
  method: string,
  path: string,
  body: unknown,
  token?: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${testEnv("TEST_URL")}/auth/v1/${path}`, {
    method,
    headers: {
      apikey: testEnv("TEST_PUBLISHABLE_KEY"),
      "content-type": "application/json",
      ...token === undefined ? {} : { authorization: `Bearer ${token}` },
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

Deno.test("POST /auth/register and /auth/confirm make a person with an organization of their own", async () => {
  const email = newEmail("Ada");
  const username = newUsername();
  const answer = await register({ email: ` ${email.toUpperCase()} `, username });
  assert.strictEqual(answer.status, 201, answer.text);
  assert.deepStrictEqual(answer.body, {
    user: { email: email.toLowerCase(), username },
    confirmation_required: true,
  });
  assertProblem(await signIn({ email, password: newPassword }), 401, "sign_in_failed");

  const made = await confirmed(email.toLowerCase(), {
    username: username.toUpperCase(),
    age: 36,
    gender: "Female",
  });
  assert.strictEqual(
    (await api("/dashboard/tiles", { as: { token: made.access_token } })).status,
    200,
  );
  const session = await signIn({ username, password: newPassword });
  assert.strictEqual(session.status, 200, session.text);
  const { user } = session.body as unknown as Session;
  assert.deepStrictEqual(user, made.user);
  const { email: address, username: name, age, gender } = user;
  assert.deepStrictEqual({ address, name, age, gender }, {
    address: email.toLowerCase(),
    name: username,
    age: 36,
    gender: "Female",
  });
  const owned = await sqlRow(
    "select role::text from public.memberships where user_id = $1::uuid and org_id = $2::uuid",
    user["id"],
    user["org_id"],
  );
  assert.deepStrictEqual(owned, { role: "owner" });
});

Deno.test("confirming with an invitation joins the organization that invited, and no second time", async () => {
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
    assert.strictEqual((await register({ email: address })).status, 201);
    await confirmed(address, { username: newUsername(), invitation });
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

const strangers = "the password of a stranger";

/** Who signs up with an address, in which order and by which way; the owner reads the mail in the end. */
const orders: [string, ((email: string, name: string) => Promise<unknown>)[]][] = [
  ["by /auth/register, a stranger first", [strangerRegisters, ownerRegisters]],
  ["by /auth/register, the owner first", [ownerRegisters, strangerRegisters]],
  ["by /auth/v1/signup, a stranger first", [strangerSignsUp, ownerRegisters]],
  ["by /auth/v1/signup, the owner first", [ownerRegisters, strangerSignsUp]],
  ["by /auth/v1/signup, a stranger alone", [strangerSignsUp]],
];

function ownerRegisters(email: string): Promise<unknown> {
  return register({ email });
}

function strangerRegisters(email: string, name: string): Promise<unknown> {
  return register({ email, password: strangers, username: name, age: 99, gender: "Other" });
}

function strangerSignsUp(email: string, name: string): Promise<unknown> {
  const data = { username: name, age: 99, gender: "Other", invitation: "inv" };
  return auth("POST", "signup", { email, password: strangers, data });
}

for (const [order, signUps] of orders) {
  Deno.test(`whoever reads the mail chooses what the account is, ${order}`, async () => {
    const email = newEmail("owner");
    for (const signUp of signUps) await signUp(email, newUsername());
    const username = newUsername();
    const { user } = await confirmed(email, { username, age: 30 });
    assert.deepStrictEqual(
      [user["username"], user["age"], user["gender"]],
      [username, 30, null],
    );
    assertProblem(await signIn({ email, password: strangers }), 401, "sign_in_failed");
    const direct = await auth("POST", "token?grant_type=password", { email, password: strangers });
    assert.strictEqual(direct.status, 400, JSON.stringify(direct.body));
    assert.strictEqual((await signIn({ email, password: newPassword })).status, 200);
  });

  Deno.test(`the link alone gives a stranger's choices no effect, ${order}`, async () => {
    const email = newEmail("follower");
    const names = signUps.map(newUsername);
    for (const [index, signUp] of signUps.entries()) await signUp(email, names[index] ?? "");
    const verified = await auth("POST", "verify", {
      type: "signup",
      email,
      token: await codeOfLastMail(email),
    });
    assert.strictEqual(verified.status, 200, JSON.stringify(verified.body));
    const direct = await auth("POST", "token?grant_type=password", { email, password: strangers });
    assert.strictEqual(direct.status, 400, JSON.stringify(direct.body));
    const said = await sqlRow(
      "select username, age, gender from public.users where email = $1",
      email,
    );
    assert.deepStrictEqual(said, { username: null, age: null, gender: null });
    // The session that the link gave sets the password.
    const token = String(verified.body["access_token"]);
    const set = await auth("PUT", "user", { password: newPassword }, token);
    assert.strictEqual(set.status, 200, JSON.stringify(set.body));
    assert.strictEqual((await signIn({ email, password: newPassword })).status, 200);
  });
}

Deno.test("a stranger's invitation is not taken for the owner of an address who signs up", async () => {
  const { id: org } = await newOrganization({ name: "Luring" });
  const email = newEmail("lured");
  await sql(
    `insert into public.invitations (org_id, email, role, token_hash, expires_at)
     values ($1::uuid, $2, 'member', $3, now() + interval '7 days')`,
    org,
    email,
    createHash("sha256").update("inv_of_a_stranger").digest("hex"),
  );
  const data = { invitation: "inv_of_a_stranger" };
  await auth("POST", "signup", { email, password: strangers, data });
  const { user } = await confirmed(email, { username: newUsername() });
  const joined = await sql(
    "select 1 from public.memberships where user_id = $1::uuid and org_id = $2::uuid",
    user["id"],
    org,
  );
  assert.deepStrictEqual(joined, []);
});

Deno.test("a code to confirm with works once, and none is used up by a name that is taken", async () => {
  const taken = newUsername();
  const { id } = await newPerson();
  await sql("update public.users set username = $2 where id = $1::uuid", id, taken);
  const email = newEmail();
  await register({ email });
  const token = await codeOfLastMail(email);
  const said = { email, token, password: newPassword };
  assertProblem(await confirm({ ...said, username: taken }), 409, "username_taken");
  const [wrong] = ["000000", "111111"].filter((code) => code !== token);
  const username = newUsername();
  assertProblem(await confirm({ ...said, username, token: wrong }), 401, "invalid_token");
  assert.strictEqual((await confirm({ ...said, username })).status, 200);
  assertProblem(await confirm({ ...said, username: newUsername() }), 401, "invalid_token");
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

Deno.test("of two who wait for their mails under one username the first to use theirs gets it", async () => {
  const username = newUsername();
  const [first, second] = [newEmail("first"), newEmail("second")];
  for (const email of [first, second]) {
    const answer = await register({ email, username });
    assert.strictEqual(answer.status, 201, answer.text);
  }
  await confirmed(first, { username });
  const token = await codeOfLastMail(second);
  const late = { email: second, token, password: newPassword };
  assertProblem(await confirm({ ...late, username }), 409, "username_taken");
  const another = await confirm({ ...late, username: newUsername() });
  assert.strictEqual(another.status, 200, another.text);
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
