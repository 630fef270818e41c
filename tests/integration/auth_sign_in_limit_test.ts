import assert from "node:assert/strict";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { newPerson, password, recoveryCode } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();
// No failure is forgotten while the tests run, however slowly.
Deno.env.set("RATE_LIMIT_SIGN_IN_ACCOUNT", "10/360000");
Deno.env.set("RATE_LIMIT_SIGN_IN", "1000000/60");
const { app } = await import("../../supabase/functions/auth/app.ts");

const limit = 10;

/** An address of its own for each test, so that only the account's limit is in play. */
const newAddress = () =>
  `2001:db8::${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}`;

async function post(path: string, from: string, body: unknown): Promise<Response> {
  const response = await app.request(`http://localhost/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": from },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response;
}

const signIn = async (email: string, from: string, typed: string) =>
  (await post("token", from, { email, password: typed })).status;

const fail = (email: string, from: string, times: number) =>
  Promise.all(Array.from({ length: times }, () => signIn(email, from, "wrong")));

const tally = (statuses: number[]) =>
  [401, 429].map((one) => statuses.filter((s) => s === one).length);

Deno.test("whoever guesses at an account is shut out where they are, and its owner is not", async () => {
  const { email } = await newPerson();
  const [stranger, owner] = [newAddress(), newAddress()];
  assert.deepStrictEqual(tally(await fail(email, stranger, limit + 5)), [limit, 5]);
  assert.strictEqual(await signIn(email, stranger, password), 429);
  assert.strictEqual(await signIn(email, owner, password), 200);
});

Deno.test("a sign-in that succeeds is not counted", async () => {
  const { email } = await newPerson();
  const owner = newAddress();
  for (let time = 0; time < limit + 2; time++) {
    assert.strictEqual(await signIn(email, owner, password), 200);
  }
  assert.deepStrictEqual(tally(await fail(email, owner, limit)), [limit, 0]);
});

Deno.test("guessing from many addresses has an end, but not for an owner who was here before", async () => {
  const { email } = await newPerson();
  const [home, elsewhere] = [newAddress(), newAddress()];
  assert.strictEqual(await signIn(email, home, password), 200);
  for (let stranger = 0; stranger < limit; stranger++) {
    assert.deepStrictEqual(tally(await fail(email, newAddress(), limit)), [limit, 0]);
  }
  assert.strictEqual(await signIn(email, newAddress(), "wrong"), 429);
  assert.strictEqual(await signIn(email, home, password), 200);

  // Where they never were, they prove themselves by a mail.
  assert.strictEqual(await signIn(email, elsewhere, password), 429);
  const body = { email, token: await recoveryCode(email), password };
  assert.strictEqual((await post("reset-password", elsewhere, body)).status, 204);
  assert.strictEqual(await signIn(email, elsewhere, password), 200);
});

Deno.test("an owner who shares the address of a stranger gets in by a second proof", async () => {
  const { email } = await newPerson();
  const shared = newAddress();
  await fail(email, shared, limit);
  assert.strictEqual(await signIn(email, shared, password), 429);
  const body = { email, token: await recoveryCode(email), password };
  assert.strictEqual((await post("reset-password", shared, body)).status, 204);
  assert.strictEqual(await signIn(email, shared, password), 200);
});
