import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { jwtClaims } from "../helpers/tenancy/jwt.ts";
import { newEmail, newPerson, password, signUp } from "../helpers/tenancy/people.ts";

interface Session {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token: string;
  user: Record<string, unknown>;
}

const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  api<Session>("/auth/token", { method: "POST", body, headers });

const form = (fields: Record<string, string>) =>
  signIn(new URLSearchParams(fields).toString(), {
    "content-type": "application/x-www-form-urlencoded",
  });

async function withUsername() {
  const person = await newPerson();
  const username = `u-${crypto.randomUUID().slice(0, 12)}`;
  await sql("update public.users set username = $2 where id = $1::uuid", person.id, username);
  return { ...person, username };
}

Deno.test("POST /auth/token signs in by username or address, in JSON or as an OAuth 2 form", async (t) => {
  const { username, email, id, orgId, authUserId } = await withUsername();
  const ways: [string, () => Promise<Answer<Session>>][] = [
    ["JSON with the username", () => signIn({ username, password })],
    ["the username in capitals", () => signIn({ username: username.toUpperCase(), password })],
    ["JSON with the address", () => signIn({ email, password })],
    ["the address as username", () => signIn({ username: email, password })],
    ["the form", () => form({ grant_type: "password", username, password })],
    [
      "the form with all an OAuth 2 client sends",
      () =>
        form({
          grant_type: "password",
          username: email,
          password,
          scope: "",
          client_id: "",
          client_secret: "",
        }),
    ],
  ];
  for (const [way, ask] of ways) {
    await t.step(way, async () => {
      const { status, body, text } = await ask();
      assert.strictEqual(status, 200, text);
      assert.deepStrictEqual(Object.keys(body), [
        "access_token",
        "token_type",
        "expires_in",
        "refresh_token",
        "user",
      ]);
      assert.strictEqual(body.token_type, "bearer");
      assert.strictEqual(body.expires_in, 1800);
      const { sub, iat, exp } = jwtClaims(body.access_token);
      assert.strictEqual(sub, authUserId);
      assert.strictEqual(Number(exp) - Number(iat), 1800);
      const { created_at, ...user } = body.user;
      assert.strictEqual(typeof created_at, "string");
      assert.deepStrictEqual(user, { id, email, username, age: null, gender: null, org_id: orgId });
      const seen = await api("/dashboard/tiles", { as: { token: body.access_token } });
      assert.strictEqual(seen.status, 200);
    });
  }
});

Deno.test("the demo logins sign in by username", async () => {
  for (const username of ["demo", "pilot", "admin"]) {
    const { status, body, text } = await signIn({ username, password: `${username}123` });
    assert.strictEqual(status, 200, text);
    assert.strictEqual(body.user["username"], username);
  }
});

Deno.test("wrong password, unknown user and unconfirmed address are one 401 after the same time", async () => {
  const { username, email } = await withUsername();
  const unconfirmed = newEmail("unconfirmed");
  await signUp(unconfirmed);
  const attempts: Record<string, unknown>[] = [
    { username, password: "wrong" },
    { email, password: "wrong" },
    { username: `nobody-${crypto.randomUUID().slice(0, 8)}`, password },
    { email: newEmail("nobody"), password },
    { email: unconfirmed, password },
    { email: unconfirmed, password: "wrong" },
    { username: "not an address @", password },
  ];
  const answers = await Promise.all(attempts.map(async (attempt) => {
    const started = performance.now();
    const answer = await signIn(attempt);
    return { answer, took: performance.now() - started };
  }));
  for (const { answer, took } of answers) {
    assertProblem(answer, 401, "sign_in_failed");
    assert.ok(took >= 490, `${took} ms`);
  }
  const visible = answers.map(({ answer }) => ({ ...answer.body, request_id: "" }));
  for (const one of visible) assert.deepStrictEqual(one, visible[0]);
});

Deno.test("a failed sign-in is in the audit log of the person's organization, without what was typed", async () => {
  const { username, id, orgId } = await withUsername();
  const requestId = crypto.randomUUID();
  await signIn({ username, password: "Tr0ub4dor&3" }, { "x-request-id": requestId });
  const rows = await sql(
    "select * from public.audit_log where request_id = $1",
    requestId,
  );
  assert.strictEqual(rows.length, 1);
  const [row = {}] = rows;
  assert.strictEqual(row["org_id"], orgId);
  assert.strictEqual(row["action"], "sign_in.failed");
  assert.strictEqual(row["object_id"], id);
  assert.strictEqual(row["ip"], "127.0.0.1");
  assert.deepStrictEqual(row["after"], { reason: "invalid_credentials" });
  assert.ok(!JSON.stringify(row).includes("Tr0ub4dor&3"));
});

Deno.test("a sign-in of a stranger is in the audit log of nobody", async () => {
  const requestId = crypto.randomUUID();
  await signIn({ username: "stranger-7", password }, { "x-request-id": requestId });
  const row = await sqlRow(
    "select org_id, object_id, action from public.audit_log where request_id = $1",
    requestId,
  );
  assert.deepStrictEqual(row, { org_id: null, object_id: null, action: "sign_in.failed" });
});

const refused: [string, unknown, string[]][] = [
  ["neither username nor address", { password }, ["username"]],
  ["both", { username: "demo", email: "demo@livinglytics.test", password }, ["username"]],
  ["no password", { username: "demo" }, ["password"]],
  ["an empty password", { username: "demo", password: "" }, ["password"]],
  ["an unknown field", { username: "demo", password, remember: true }, ["remember"]],
  ["a control character", { username: "de\u0000mo", password }, ["username"]],
];

for (const [what, body, paths] of refused) {
  Deno.test(`POST /auth/token with ${what} is 422`, async () => {
    assertProblem(await signIn(body), 422, "validation_failed", paths);
  });
}

Deno.test("POST /auth/token refuses other grants, other media types and no body", async () => {
  assertProblem(
    await form({ grant_type: "client_credentials", username: "demo", password }),
    422,
    "validation_failed",
    ["grant_type"],
  );
  assertProblem(await form({ grant_type: "password" }), 422, "validation_failed", [
    "username",
    "password",
  ]);
  const plain = await signIn("username=demo", { "content-type": "text/plain" });
  assertProblem(plain, 415, "unsupported_media_type");
  assertProblem(await api("/auth/token", { method: "POST" }), 422, "validation_failed");
  const broken = await signIn("{", { "content-type": "application/json" });
  assertProblem(broken, 400, "malformed_json");
});

Deno.test("an account takes so many attempts, by whichever name, and then says when to come back", async () => {
  const { username, email } = await withUsername();
  const answers = await Promise.all(
    Array.from(
      { length: 22 },
      (_, index) =>
        signIn({ ...(index % 2 ? { username } : { email: email.toUpperCase() }), password: "?" }),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepStrictEqual(statuses, [...Array(20).fill(401), 429, 429]);
  const last = await signIn({ username, password: "?" });
  assertProblem(last, 429, "rate_limited");
  assert.match(last.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  assert.match(last.headers.get("ratelimit-policy") ?? "", /"sign_in_account";q=20;w=3600/);
  assert.match(last.headers.get("ratelimit") ?? "", /"sign_in_account";r=0;t=[1-9]/);
});

Deno.test("every answer to a sign-in tells what is left of both limits", async () => {
  const { username } = await withUsername();
  for (const attempt of [{ username, password }, { username, password: "wrong" }]) {
    const { headers } = await signIn(attempt);
    assert.match(headers.get("ratelimit") ?? "", /"sign_in";r=\d+;t=\d+, "sign_in_account";r=\d+;/);
    assert.match(headers.get("ratelimit-policy") ?? "", /"sign_in";q=1000000;w=60, /);
  }
});
