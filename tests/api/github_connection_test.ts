import assert from "node:assert/strict";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import {
  encryptionKeys,
  newToken,
  requestsOf,
  storedConnection,
  storedTokens,
  storeToken,
} from "../helpers/stack/connections.ts";
import { sql } from "../helpers/stack/database.ts";
import { newEmail, newOrganization, newPerson, seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("PUT /github/connection stores the token encrypted and answers it never", async () => {
  const person = await newPerson();
  const token = newToken("ok", "grace");
  const answer = await api("/github/connection", {
    method: "PUT",
    as: person,
    body: {
      access_token: token,
      refresh_token: "ghr_again",
      expires_at: "2099-01-01T01:00:00+01:00",
      account_ref: "Grace",
    },
  });
  assert.strictEqual(answer.status, 200, answer.text);
  const { created_at, updated_at, ...rest } = answer.body;
  assert.deepStrictEqual(rest, {
    source_name: "github",
    account_ref: "grace",
    expires_at: "2099-01-01T00:00:00.000Z",
  });
  for (const time of [created_at, updated_at]) assert.match(String(time), /^\d{4}-.*\.\d{3}Z$/);
  assert.doesNotMatch(answer.text, /ghp_|ghr_|v1\./);

  assert.doesNotMatch(JSON.stringify(await storedConnection(person.id)), /ghp_|ghr_/);
  assert.deepStrictEqual(await storedTokens(person.id, encryptionKeys().slice(0, 1)), {
    access_token: token,
    refresh_token: "ghr_again",
  });
  assert.strictEqual((await api("/github/user", { as: person })).body["username"], "grace");
});

Deno.test("PUT /github/connection replaces everything of the connection before", async () => {
  const { id, email } = await seedPerson();
  const put = (body: unknown) =>
    api("/github/connection", { method: "PUT", as: "service", query: { email }, body });
  const before = { access_token: newToken("ok", "first"), refresh_token: "ghr_first" };
  assert.strictEqual((await put({ ...before, expires_at: "2099-01-01T00:00:00Z" })).status, 200);
  assert.strictEqual((await put({ access_token: newToken("ok", "second") })).status, 200);
  const row = await storedConnection(id);
  assert.strictEqual(row?.account_ref, "second");
  assert.strictEqual(row?.refresh_token, null);
  assert.strictEqual(row?.expires_at, null);
  const rows = await sql("select from public.data_sources where user_id = $1::uuid", id);
  assert.strictEqual(rows.length, 1);
});

Deno.test("PUT /github/connection refuses what is of no use, and changes nothing", async () => {
  const person = await newPerson();
  await storeToken(person, newToken("ok", "kept"));
  const before = await storedConnection(person.id);
  const good = newToken("ok", "me");
  const table: [unknown, number, string, string[] | undefined][] = [
    [{ access_token: newToken("bad") }, 422, "validation_failed", ["access_token"]],
    [{ access_token: "not a token" }, 422, "validation_failed", ["access_token"]],
    [{ access_token: "line\r\nbreak" }, 422, "validation_failed", ["access_token"]],
    [{ access_token: "é" }, 422, "validation_failed", ["access_token"]],
    [{ access_token: "" }, 422, "validation_failed", ["access_token"]],
    [{ access_token: "x".repeat(2001) }, 422, "validation_failed", ["access_token"]],
    [{ access_token: 7 }, 422, "validation_failed", ["access_token"]],
    [{}, 422, "validation_failed", ["access_token"]],
    [[], 422, "validation_failed", [""]],
    [{ access_token: good, refresh_token: "" }, 422, "validation_failed", ["refresh_token"]],
    [{ access_token: good, expires_at: "soon" }, 422, "validation_failed", ["expires_at"]],
    [
      { access_token: good, expires_at: "2020-01-01T00:00:00Z" },
      422,
      "validation_failed",
      ["expires_at"],
    ],
    [{ access_token: good, account_ref: "you" }, 422, "validation_failed", ["account_ref"]],
    [{ access_token: good, user_id: person.id }, 422, "validation_failed", ["user_id"]],
    [{ access_token: newToken("ratelimited") }, 429, "rate_limited", undefined],
    [{ access_token: newToken("forbidden") }, 502, "upstream_error", undefined],
    ["{", 400, "malformed_json", undefined],
  ];
  for (const [body, status, code, paths] of table) {
    const answer = await api("/github/connection", { method: "PUT", as: person, body });
    assertProblem(answer, status, code, paths);
    assert.doesNotMatch(answer.text, /ghp_/);
  }
  assert.deepStrictEqual(await storedConnection(person.id), before);
});

Deno.test("DELETE /github/connection forgets the token, and may be repeated", async () => {
  const person = await newPerson();
  await storeToken(person, newToken("ok", "gone"));
  for (const as of [person, person]) {
    const answer = await api("/github/connection", { method: "DELETE", as });
    assert.strictEqual(answer.status, 204, answer.text);
    assert.strictEqual(answer.text, "");
  }
  assert.strictEqual(await storedConnection(person.id), undefined);
  assert.strictEqual((await api("/github/user", { as: person })).body["username"], "octocat");
  await storeToken(person, newToken());
  const query = { email: person.email };
  const answer = await api("/github/connection", { method: "DELETE", as: "service", query });
  assert.strictEqual(answer.status, 204, answer.text);
  assert.strictEqual(await storedConnection(person.id), undefined);
});

Deno.test("the service has to say whose connection it changes", async () => {
  const body = { access_token: newToken() };
  for (const request of [{ method: "PUT", body }, { method: "DELETE" }]) {
    const answer = await api("/github/connection", { ...request, as: "service" });
    assertProblem(answer, 422, "validation_failed");
    const query = { email: newEmail() };
    const unknown = await api("/github/connection", { ...request, as: "service", query });
    assertProblem(unknown, 404, "user_not_found");
  }
});

Deno.test("members read a colleague's account and change only their own connection", async () => {
  const { id: org } = await newOrganization();
  const [owner, member, viewer] = await Promise.all([
    newPerson({ org, role: "owner" }),
    newPerson({ org, role: "member" }),
    newPerson({ org, role: "viewer" }),
  ]);
  const stranger = await newPerson();
  await storeToken(member, newToken("ok", "member"));
  await storeToken(viewer, newToken("ok", "viewer"));
  const before = [await storedConnection(member.id), await storedConnection(viewer.id)];
  const ofMember = { email: member.email };

  for (const as of [owner, viewer]) {
    const answer = await api("/github/user", { as, query: ofMember });
    assert.strictEqual(answer.body["username"], "member", answer.text);
  }
  for (const path of ["/github/user", "/github/repos"]) {
    assertProblem(await api(path, { as: stranger, query: ofMember }), 404, "user_not_found");
  }
  const changes = [
    { as: owner, query: ofMember, status: 403, code: "forbidden" },
    { as: stranger, query: ofMember, status: 404, code: "user_not_found" },
    { as: viewer, query: ofMember, status: 403, code: "forbidden" },
    { as: viewer, query: {}, status: 403, code: "forbidden" },
  ];
  for (const { as, query, status, code } of changes) {
    const put = { method: "PUT", as, query, body: { access_token: newToken("ok", "taken") } };
    assertProblem(await api("/github/connection", put), status, code);
    assertProblem(await api("/github/connection", { method: "DELETE", as, query }), status, code);
  }
  assert.deepStrictEqual(
    [await storedConnection(member.id), await storedConnection(viewer.id)],
    before,
  );
  const own = { method: "PUT", as: member, query: ofMember, body: { access_token: newToken() } };
  assert.strictEqual((await api("/github/connection", own)).status, 200);
});

Deno.test("no client role reads tokens or whose they are", async () => {
  const person = await newPerson();
  await storeToken(person, newToken());
  const rest = async (path: string, token?: string) => {
    const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/${path}`, {
      headers: {
        apikey: testEnv("TEST_PUBLISHABLE_KEY"),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
    });
    return { status: response.status, text: await response.text() };
  };
  const allowed = await rest("data_sources?select=account_ref", person.token);
  assert.deepStrictEqual(JSON.parse(allowed.text), [{ account_ref: "somebody" }]);
  for (const column of ["access_token", "refresh_token", "token_key_id", "*"]) {
    const refused = await rest(`data_sources?select=${column}`, person.token);
    assert.ok(refused.status >= 400, refused.text);
    assert.doesNotMatch(refused.text, /v1\./);
  }
  for (const path of ["data_sources?select=account_ref", "rpc/data_source_subject"]) {
    assert.ok((await rest(path)).status >= 400, path);
  }
  assert.ok((await rest("github_cache?select=body", person.token)).status >= 400);
});

Deno.test("a stored token that cannot be used says so, and GitHub is not asked", async () => {
  const [first, second] = [await newPerson(), await newPerson()];
  const token = newToken();
  const unusable = async (person: typeof first, detail: RegExp) => {
    const answer = await api("/github/user", { as: person });
    assertProblem(answer, 409, "github_token_unusable");
    assert.match(String(answer.body["detail"]), detail);
  };
  await storeToken(first, token, { expiresAt: "2026-01-01T00:00:00Z" });
  await unusable(first, /ended at 2026-01-01T00:00:00\.000Z.*Connect GitHub again/);

  // Somebody with write access to the table moves a token into another person's row.
  await sql(
    `insert into public.data_sources (user_id, org_id, source_name, access_token, token_key_id)
     select $2::uuid, org_id, source_name, access_token, token_key_id
     from public.data_sources where user_id = $1::uuid`,
    first.id,
    second.id,
  );
  await unusable(second, /cannot be read any more/);
  await sql(
    "update public.data_sources set token_key_id = 'lost' where user_id = $1::uuid",
    second.id,
  );
  await unusable(second, /cannot be read any more/);
  assert.deepStrictEqual(await requestsOf(token), []);
});

Deno.test("a token of an older key is read, and encrypted again with the current one", async () => {
  const [current, older] = encryptionKeys();
  assert.ok(current && older, "the tests run with two keys");
  const person = await newPerson();
  const token = newToken("ok", "rotated");
  await storeToken(person, token, { keys: [older], refreshToken: "ghr_old" });
  assert.strictEqual((await storedConnection(person.id))?.token_key_id, older.id);

  assert.strictEqual((await api("/github/user", { as: person })).body["username"], "rotated");
  const row = await storedConnection(person.id);
  assert.strictEqual(row?.token_key_id, current.id);
  assert.deepStrictEqual(await storedTokens(person.id, [current]), {
    access_token: token,
    refresh_token: "ghr_old",
  });
  assert.strictEqual((await api("/github/user", { as: person })).body["username"], "rotated");
  assert.deepStrictEqual(await storedConnection(person.id), row);
});

Deno.test("GET /github/connection says whose account it is, and no token", async () => {
  const person = await newPerson();
  const read = (as = person) => api("/github/connection", { as, query: { email: person.email } });
  assert.deepStrictEqual((await read()).body, { connection: null });
  const body = { access_token: newToken("ok", "ada"), expires_at: "2099-01-01T00:00:00Z" };
  const put = await api("/github/connection", { method: "PUT", as: person, body });
  assert.strictEqual(put.status, 200, put.text);
  const { body: found, text } = await read();
  assert.deepStrictEqual(found, { connection: put.body });
  assert.doesNotMatch(text, /ghp_|v1\./);
  assertProblem(await read(await newPerson()), 404, "user_not_found");
  await api("/github/connection", { method: "DELETE", as: person });
  assert.deepStrictEqual((await read()).body, { connection: null });
});
