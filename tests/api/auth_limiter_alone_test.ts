import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newEmail, newPerson, password, startSession } from "../helpers/tenancy/people.ts";

const signature = "public.take_rate_limit(text, int, int, int)";

Deno.test("when the limiter is out of reach, reads go on and sign-in stops", async () => {
  const person = await newPerson();
  const { refreshToken: refresh_token } = await startSession(person.email);
  const { email } = person;
  await sql(`revoke execute on function ${signature} from service_role`);
  try {
    const read = await api("/auth/me", { as: person });
    assert.strictEqual(read.status, 200, read.text);
    assert.strictEqual(read.headers.get("ratelimit"), null);
    const stopped: [string, Record<string, unknown>][] = [
      ["/auth/token", { email, password }],
      ["/auth/refresh", { refresh_token }],
      ["/auth/register", { email: newEmail(), password, username: "somebody-new" }],
      ["/auth/forgot-password", { email }],
      ["/auth/reset-password", { email, token: "123456", password }],
    ];
    for (const [path, body] of stopped) {
      assertProblem(await api(path, { method: "POST", body }), 503, "not_ready");
    }
  } finally {
    await sql(`grant execute on function ${signature} to service_role`);
  }
  const again = await api("/auth/refresh", { method: "POST", body: { refresh_token } });
  assert.strictEqual(again.status, 200, again.text);
});
