import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { authMails, sql } from "../helpers/stack/database.ts";
import {
  codeOfLastMail,
  newEmail,
  newPerson,
  password,
  recoveryCode,
  startSession,
} from "../helpers/tenancy/people.ts";

const newPassword = "another good password";

const forgot = (email: string) => api("/auth/forgot-password", { method: "POST", body: { email } });
const reset = (body: unknown) => api("/auth/reset-password", { method: "POST", body });
const signIn = (email: string, password: string) =>
  api("/auth/token", { method: "POST", body: { email, password } });

/** The mail leaves after the answer, so it is asked for until it is there; signing up sent others before. */
async function mailedCode(email: string, mailsBefore: number): Promise<string> {
  const patience = performance.now() + 120_000;
  while ((await authMails(email)).length <= mailsBefore) {
    assert.ok(performance.now() < patience, "no mail came");
  }
  return await codeOfLastMail(email);
}

Deno.test("a forgotten password is set anew with the code that was mailed, and ends every session", async () => {
  const { email } = await newPerson();
  await sql("update auth.users set recovery_token = null where email = $1", email);
  const session = await startSession(email);
  const { length: mailsBefore } = await authMails(email);
  const asked = await forgot(email.toUpperCase());
  assert.strictEqual(asked.status, 200, asked.text);
  const token = await mailedCode(email, mailsBefore);

  const done = await reset({ email, token, password: newPassword });
  assert.strictEqual(done.status, 204, done.text);
  assertProblem(await signIn(email, password), 401, "sign_in_failed");
  assert.strictEqual((await signIn(email, newPassword)).status, 200);
  const { accessToken, refreshToken } = session;
  assertProblem(await api("/auth/me", { as: { token: accessToken } }), 401, "invalid_token");
  const refreshed = await api("/auth/refresh", {
    method: "POST",
    body: { refresh_token: refreshToken },
  });
  assertProblem(refreshed, 401, "invalid_token");

  const again = await reset({ email, token, password: "a third good password" });
  assertProblem(again, 401, "invalid_token");
});

Deno.test("a password is set by the token_hash of the mail's link as well", async () => {
  const { email } = await newPerson();
  await recoveryCode(email);
  const [row] = await sql<{ recovery_token: string }>(
    "select recovery_token from auth.users where email = $1",
    email,
  );
  const token_hash = row?.recovery_token ?? "";
  assert.strictEqual((await reset({ token_hash, password: newPassword })).status, 204);
  assert.strictEqual((await signIn(email, newPassword)).status, 200);
});

Deno.test("setting the password that one has already is no fault", async () => {
  const { email } = await newPerson();
  const token = await recoveryCode(email);
  const answer = await reset({ email, token, password });
  assert.strictEqual(answer.status, 204, answer.text);
  assert.strictEqual((await signIn(email, password)).status, 200);
});

Deno.test("POST /auth/forgot-password answers the same to everybody, without waiting for the mail", async () => {
  const { email } = await newPerson();
  const { length: mailsBefore } = await authMails(email);
  const answers = await Promise.all([email, newEmail("nobody")].map(forgot));
  const [known, unknown] = answers;
  assert.strictEqual(known?.status, 200);
  assert.deepStrictEqual(known?.body, unknown?.body);
  assert.deepStrictEqual([...known?.headers.keys() ?? []], [...unknown?.headers.keys() ?? []]);
  await mailedCode(email, mailsBefore);
});

Deno.test("a code is good for its own address only, and only while it is right", async () => {
  const [one, other] = [await newPerson(), await newPerson()];
  const token = await recoveryCode(one.email);
  const wrong = token === "000000" ? "000001" : "000000";
  for (
    const attempt of [
      { email: other.email, token },
      { email: one.email, token: wrong },
      { email: newEmail("nobody"), token },
      { token_hash: "0".repeat(56) },
    ]
  ) {
    const answer = await reset({ ...attempt, password: newPassword });
    assertProblem(answer, 401, "invalid_token");
  }
  await sql(
    "update auth.users set recovery_sent_at = now() - interval '2 hours' where email = $1",
    one.email,
  );
  const late = await reset({ email: one.email, token, password: newPassword });
  assertProblem(late, 401, "invalid_token");
  assert.strictEqual((await signIn(one.email, password)).status, 200);
});

Deno.test("a code cannot be guessed: an account takes so many attempts", async () => {
  const { email } = await newPerson();
  const answers = await Promise.all(
    Array.from(
      { length: 21 },
      (_, index) => reset({ email, token: String(index).padStart(6, "0"), password: newPassword }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepStrictEqual(statuses, [...Array(20).fill(401), 429]);
  const refused = answers.find(({ status }) => status === 429);
  assert.match(refused?.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
});

const token = "123456";
const email = "ada@example.test";
const refused: [string, Record<string, unknown>, string[]][] = [
  ["a short password", { email, token, password: "1234567" }, ["password"]],
  ["no code", { email, password: newPassword }, ["token"]],
  ["no address", { token, password: newPassword }, ["email"]],
  [
    "two proofs",
    { email, token, token_hash: "abc", password: newPassword },
    ["email", "token"],
  ],
];

for (const [what, body, paths] of refused) {
  Deno.test(`POST /auth/reset-password with ${what} is 422`, async () => {
    assertProblem(await reset(body), 422, "validation_failed", paths);
  });
}
