import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sqlRow } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newEmail, seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("Idempotency-Key replays the first answer, and refuses another body", async () => {
  const { email } = await seedPerson();
  const headers = { "idempotency-key": `key-${crypto.randomUUID()}` };
  const first = await ingest(reading(email), headers);
  assert.strictEqual(first.status, 200, first.text);
  assert.strictEqual(first.headers.get("idempotent-replayed"), null);
  await ingest(reading(email, { sessions: 999 }), {});

  const replay = await ingest(reading(email), headers);
  assert.strictEqual(replay.status, 200);
  assert.deepStrictEqual(replay.body, first.body);
  assert.strictEqual(replay.headers.get("idempotent-replayed"), "true");
  // The replay wrote nothing: what came in between still stands.
  const { value } = await sqlRow<{ value: string }>(
    `select m.metric_value::text as value from public.metrics m join public.users u on u.id = m.user_id
     where u.email = $1 and m.metric_name = 'sessions'`,
    email,
  );
  assert.strictEqual(value, "999");

  const other = await ingest(reading(email, { sessions: 1 }), headers);
  assertProblem(other, 409, "idempotency_conflict");
});

Deno.test("Idempotency-Key of a failed request may be used again", async () => {
  const email = newEmail();
  const headers = { "idempotency-key": `key-${crypto.randomUUID()}` };
  assertProblem(await ingest(reading(email), headers), 404, "user_not_found");
  await seedPerson({ email });
  assert.strictEqual((await ingest(reading(email), headers)).status, 200);
});

Deno.test("Idempotency-Key keeps a 207 too", async () => {
  const { email } = await seedPerson();
  const headers = { "idempotency-key": `key-${crypto.randomUUID()}` };
  const items = [reading(email), reading(newEmail())];
  const [first, again] = [await ingest({ items }, headers), await ingest({ items }, headers)];
  assert.deepStrictEqual([first.status, again.status], [207, 207]);
  assert.deepStrictEqual(again.body, first.body);
});

Deno.test("Idempotency-Key sent twenty times at once is worked once", async () => {
  const { email } = await seedPerson();
  const headers = { "idempotency-key": `key-${crypto.randomUUID()}` };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ingest(reading(email), headers)),
  );
  const worked = answers.filter(({ status, headers }) =>
    status === 200 && !headers.has("idempotent-replayed")
  );
  assert.strictEqual(worked.length, 1);
  for (const answer of answers) {
    if (answer.status === 200) assert.deepStrictEqual(answer.body, worked[0]?.body);
    else {
      assertProblem(answer, 409, "request_in_progress");
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
    }
  }
});

Deno.test("a key that posts for one source is not told what another posted for a different one", async () => {
  const { email, orgId } = await seedPerson();
  const [any, bound, twin] = await Promise.all([
    newKey(orgId, { scopes: ["ingest"] }),
    newKey(orgId, { scopes: ["ingest"], sourceName: "ga4" }),
    newKey(orgId, { scopes: ["ingest"], sourceName: "ga4" }),
  ]);
  const headers = { "idempotency-key": `key-${crypto.randomUUID()}` };
  const post = (body: unknown, { key }: { key: string }) =>
    api("/metrics/ingest", { method: "POST", as: { token: key }, body, headers });
  const instagram = { ...reading(email), source_name: "instagram" };
  assert.strictEqual((await post(instagram, any)).status, 200);
  assertProblem(await post(instagram, bound), 403, "forbidden");
  // Keys of the same source stand for each other, as when one replaces the other.
  assert.strictEqual((await post(reading(email), bound)).status, 200);
  const again = await post(reading(email), twin);
  assert.strictEqual(again.headers.get("idempotent-replayed"), "true", again.text);
});

Deno.test("Idempotency-Key must be 1 to 255 visible characters", async () => {
  const { email } = await seedPerson();
  for (const key of ["", "two words", "x".repeat(256)]) {
    const answer = await ingest(reading(email), { "idempotency-key": key });
    assertProblem(answer, 422, "validation_failed", ["Idempotency-Key"]);
  }
});

function ingest(body: unknown, headers: Record<string, string>): Promise<Answer> {
  return api("/metrics/ingest", { method: "POST", as: "service", body, headers });
}

function reading(email: string, data: Record<string, number> = { sessions: 120, conversions: 4 }) {
  return { email, source_name: "ga4", metric_date: "2026-11-16", data };
}
