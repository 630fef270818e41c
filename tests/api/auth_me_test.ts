import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson, type Person } from "../helpers/tenancy/people.ts";

const change = (as: Person, body: unknown) => api("/auth/me", { method: "PATCH", as, body });
const newUsername = () => `me-${crypto.randomUUID().slice(0, 16)}`;

Deno.test("GET /auth/me answers the signed-in person", async () => {
  const person = await newPerson({ role: "viewer" });
  const { status, body, headers } = await api("/auth/me", { as: person });
  assert.strictEqual(status, 200);
  const { created_at, ...profile } = body;
  assert.ok(Date.parse(String(created_at)) > 0);
  assert.deepStrictEqual(profile, {
    id: person.id,
    email: person.email,
    username: null,
    age: null,
    gender: null,
    org_id: person.orgId,
  });
  assert.match(headers.get("ratelimit") ?? "", /"user";r=\d+/);
});

Deno.test("PATCH /auth/me changes what it names and nothing else", async () => {
  const person = await newPerson();
  const username = newUsername();
  const steps: [Record<string, unknown>, unknown[]][] = [
    [{ username: username.toUpperCase() }, [username, null, null]],
    [{ age: 36, gender: "Female" }, [username, 36, "Female"]],
    [{ gender: null }, [username, 36, null]],
    [{ age: 0 }, [username, 0, null]],
    [{ username }, [username, 0, null]],
    [{ age: null }, [username, null, null]],
  ];
  for (const [changes, expected] of steps) {
    const answer = await change(person, changes);
    assert.strictEqual(answer.status, 200, answer.text);
    const read = (await api("/auth/me", { as: person })).body;
    assert.deepStrictEqual(answer.body, read);
    assert.deepStrictEqual([read["username"], read["age"], read["gender"]], expected);
  }
});

Deno.test("PATCH /auth/me changes nobody else, though they share an organization", async () => {
  const owner = await newPerson();
  const member = await newPerson({ role: "member", org: owner.orgId });
  await change(owner, { age: 50 });
  const rows = await sql("select age from public.users where id = $1::uuid", member.id);
  assert.deepStrictEqual(rows, [{ age: null }]);
});

Deno.test("one username goes to one person, even when two ask at once", async () => {
  const people = await Promise.all([newPerson(), newPerson(), newPerson()]);
  const username = newUsername();
  const answers = await Promise.all(people.map((person) => change(person, { username })));
  assert.deepStrictEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
  for (const answer of answers.filter(({ status }) => status === 409)) {
    assertProblem(answer, 409, "username_taken");
  }
});

const refused: [string, unknown, string[]][] = [
  ["nothing", {}, [""]],
  ["an address", { email: "other@example.test" }, ["email"]],
  ["an organization", { org_id: crypto.randomUUID() }, ["org_id"]],
  ["no username", { username: null }, ["username"]],
  ["a negative age", { age: -1 }, ["age"]],
];

for (const [what, body, paths] of refused) {
  Deno.test(`PATCH /auth/me with ${what} is 422`, async () => {
    assertProblem(await change(await newPerson(), body), 422, "validation_failed", paths);
  });
}

Deno.test("a person whose row was deleted has no profile", async () => {
  const person = await newPerson();
  await sql("delete from public.users where id = $1::uuid", person.id);
  assertProblem(await api("/auth/me", { as: person }), 404, "user_not_found");
  assertProblem(await change(person, { age: 1 }), 404, "user_not_found");
});
