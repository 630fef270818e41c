import assert from "node:assert/strict";
import { codeBlocks } from "../../tools/lib/markdown.ts";
import { makeOwner } from "../../tools/lib/make_owner.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { run } from "../helpers/stack/shell.ts";
import { newEmail, recoveryCode } from "../helpers/tenancy/people.ts";

const secretKey = testEnv("TEST_SECRET_KEY");

Deno.test("the first owner, from an empty project to the digest, as docs/deploy.md says it", async (t) => {
  await using auth = adminApi();
  const email = newEmail();
  let code = "";
  await t.step("a wrong key makes nobody", async () => {
    await assert.rejects(makeOwner({ url: auth.url, secretKey: "wrong", email }), /401: Invalid/);
  });
  await t.step("an account that is confirmed owns an organization", async () => {
    const made = await makeOwner({ url: auth.url, secretKey, email });
    assert.equal(made.isNew, true);
    const roles = await sql<{ role: string }>(
      "select m.role from public.memberships m join public.users u on u.id = m.user_id where u.email = $1",
      email,
    );
    assert.deepStrictEqual(roles, [{ role: "owner" }]);
  });
  await t.step("an account that is there is kept, and gets a code", async () => {
    const again = await makeOwner({ url: auth.url, secretKey, email });
    assert.equal(again.isNew, false);
    code = again.code;
  });
  await t.step("password, organization, key, first number, first digest", async () => {
    const page = await Deno.readTextFile(new URL("../../docs/deploy.md", import.meta.url));
    const script = codeBlocks(page).filter(({ text }) =>
      text.includes('"$API/') && !text.includes("$REF")
    )
      .map(({ text }) => text).join("\n");
    const said = await run("bash", ["-euo", "pipefail", "-s"], {
      cwd: ".",
      input: script,
      env: {
        API: `${testEnv("TEST_URL")}/functions/v1`,
        API_SECRET_KEY: testEnv("TEST_API_SECRET_KEY"),
        EMAIL: email,
        CODE: code,
        PASSWORD: "a password of the first owner",
      },
    });
    assert.match(said, /"name":"Example Ltd"/);
    assert.match(said, /"accepted":2/);
    assert.match(said, /"sessions":300/);
    assert.match(said, /"status":"ok".*"sent":1/);
  });
});

/** The two calls of Supabase Auth's admin API that a local Supabase lacks, before the auth server that it has. */
function adminApi() {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      if (request.headers.get("apikey") !== secretKey) {
        return Response.json({ code: 401, msg: "Invalid API key" }, { status: 401 });
      }
      const { email, ...rest } = await request.json();
      switch (new URL(request.url).pathname) {
        case "/auth/v1/admin/users":
          assert.deepStrictEqual(rest, { email_confirm: true });
          return await createUser(email);
        case "/auth/v1/admin/generate_link":
          assert.deepStrictEqual(rest, { type: "recovery" });
          return Response.json({ email_otp: await recoveryCode(email) });
        default:
          return Response.json({ msg: "no such path" }, { status: 404 });
      }
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function createUser(email: string): Promise<Response> {
  const known = await sql("select from auth.users where email = $1", email);
  if (known.length > 0) {
    const body = { code: 422, error_code: "email_exists", msg: "already been registered" };
    return Response.json(body, { status: 422 });
  }
  const signedUp = await fetch(`${testEnv("TEST_URL")}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_PUBLISHABLE_KEY"), "content-type": "application/json" },
    body: JSON.stringify({ email, password: crypto.randomUUID() }),
  });
  assert.ok(signedUp.ok, await signedUp.text());
  await sql("update auth.users set email_confirmed_at = now() where email = $1", email);
  return Response.json({ email });
}
