import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newPerson, startSession } from "../helpers/tenancy/people.ts";

interface Session {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  user: { id: string };
}

const refresh = (refresh_token: string, headers: Record<string, string> = {}) =>
  api<Session>("/auth/refresh", { method: "POST", body: { refresh_token }, headers });

const me = (token: string) => api("/auth/me", { as: { token } });

/** Refreshes and answers the next session, which there has to be. */
async function next(token: string): Promise<Session> {
  const { status, body, text } = await refresh(token);
  assert.strictEqual(status, 200, text);
  return body;
}

Deno.test("POST /auth/refresh exchanges a refresh token for a session with another one", async () => {
  const person = await newPerson();
  const { refreshToken } = await startSession(person.email);
  const second = await next(refreshToken);
  assert.notStrictEqual(second.refresh_token, refreshToken);
  assert.strictEqual(second.expires_in, 1800);
  assert.strictEqual(second.user.id, person.id);
  assert.strictEqual((await me(second.access_token)).status, 200);
  const third = await next(second.refresh_token);
  assert.strictEqual((await me(third.access_token)).status, 200);
});

Deno.test("a refresh token used again ends its session, and no other", async (t) => {
  const person = await newPerson();
  const other = await startSession(person.email);
  for (const generations of [1, 2, 3]) {
    await t.step(`${generations} exchanges later`, async () => {
      const { refreshToken: stolen } = await startSession(person.email);
      let newest = await next(stolen);
      for (let exchange = 1; exchange < generations; exchange++) {
        newest = await next(newest.refresh_token);
      }
      assertProblem(await refresh(stolen), 401, "invalid_token");
      assertProblem(await refresh(newest.refresh_token), 401, "invalid_token");
      assertProblem(await refresh(stolen), 401, "invalid_token");
    });
  }
  assert.strictEqual((await me(other.accessToken)).status, 200);
  await next(other.refreshToken);
});

Deno.test("the access token of a session that ended by reuse is refused at once", async () => {
  const { email } = await newPerson();
  const { refreshToken } = await startSession(email);
  const { access_token } = await next(refreshToken);
  await refresh(refreshToken);
  assertProblem(await me(access_token), 401, "invalid_token");
});

Deno.test("of refreshes at the same time at most one succeeds, and the session is over", async () => {
  const { email } = await newPerson();
  const { refreshToken } = await startSession(email);
  const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
  const succeeded = answers.filter(({ status }) => status === 200);
  assert.ok(succeeded.length <= 1, `${succeeded.length} succeeded`);
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    assertProblem(answer as Answer<unknown>, 401, "invalid_token");
  }
  for (const { body } of succeeded) {
    assertProblem(await refresh(body.refresh_token), 401, "invalid_token");
  }
});

Deno.test("a reuse is in the audit log", async () => {
  const person = await newPerson();
  const { refreshToken } = await startSession(person.email);
  await next(refreshToken);
  const requestId = crypto.randomUUID();
  await refresh(refreshToken, { "x-request-id": requestId });
  const rows = await sql(
    "select org_id, action, object_id, after from public.audit_log where request_id = $1",
    requestId,
  );
  assert.deepStrictEqual(rows, [{
    org_id: person.orgId,
    action: "sign_in.failed",
    object_id: person.id,
    after: { reason: "refresh_token_reused" },
  }]);
});

Deno.test("a refresh token that is none is a 401, one that cannot be any a 422", async () => {
  for (const token of ["abcdefghijkl", "x", "eyJhbGciOi.J9.x"]) {
    assertProblem(await refresh(token), 401, "invalid_token");
  }
  for (const token of ["", "a b c", "ü".repeat(50), "\u0000", "x".repeat(513)]) {
    assertProblem(await refresh(token), 422, "validation_failed", ["refresh_token"]);
  }
});

Deno.test("POST /auth/logout ends this session and no other", async () => {
  const { email } = await newPerson();
  const [here, there] = [await startSession(email), await startSession(email)];
  const { accessToken: token } = here;
  const answer = await api("/auth/logout", { method: "POST", as: { token } });
  assert.strictEqual(answer.status, 204, answer.text);
  assert.strictEqual(answer.text, "");
  assertProblem(await refresh(here.refreshToken), 401, "invalid_token");
  assertProblem(await me(token), 401, "invalid_token");
  assertProblem(
    await api("/auth/logout", { method: "POST", as: { token } }),
    401,
    "invalid_token",
  );
  assert.strictEqual((await me(there.accessToken)).status, 200);
  await next(there.refreshToken);
});

Deno.test("nothing of a refresh token is kept but its hash", async () => {
  const { email } = await newPerson();
  const { refreshToken } = await startSession(email);
  await next(refreshToken);
  const [row] = await sql<{ plain: boolean; hashed: boolean }>(
    `select
       exists (select from private.used_refresh_tokens where token_hash = $1) as plain,
       exists (select from private.used_refresh_tokens
         where token_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')) as hashed`,
    refreshToken,
  );
  assert.deepStrictEqual(row, { plain: false, hashed: true });
});
