import assert from "node:assert/strict";
import { api, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newOrganization, seedPerson } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();
Deno.env.set("DATABASE_LIMIT_MB", "1");
const { app } = await import("../../supabase/functions/health/app.ts");
const mail = mailControl(testEnv("TEST_MAIL_URL"));

interface Result {
  sent: number;
  pending: number;
  crossed: number[];
}

/** What owners of other tests would be told is none of theirs. */
const onlyTell = (...users: string[]) =>
  sql("delete from private.alert_mails where kind = 'disk' and user_id <> all ($1::uuid[])", users);

/** As if the database took so many per cent of its limit. */
const level = async (percent: number): Promise<number[]> =>
  (await sqlRow<{ crossed: number[] }>(
    `select public.note_disk_level($1::bigint, 1000000000) as crossed`,
    percent * 10_000_000,
  )).crossed;
const send = async () =>
  (await api<Result>("/health/disk-alerts", { method: "POST", as: "service" })).body;

Deno.test("owners are mailed once when the disk fills, and again only after it fell", async (t) => {
  const [one, two] = await Promise.all([newOrganization(), newOrganization()]);
  const first = await seedPerson({ org: one.id });
  const second = await seedPerson({ org: two.id });
  const admin = await seedPerson({ org: one.id, role: "admin" });
  await sql(
    "insert into public.memberships (org_id, user_id, role) values ($1::uuid, $2::uuid, 'owner')",
    two.id,
    first.id,
  );
  const subjects = async ({ email }: { email: string }) =>
    (await mail.mailsTo(email)).map(({ subject }) => /\d+ %/.exec(subject)?.[0]);
  const told = async () => [await subjects(first), await subjects(second), await subjects(admin)];
  await level(0);

  await t.step("not below", async () => {
    assert.deepStrictEqual(await level(79), []);
  });
  await t.step("at 80 %, however many note it and send at once", async () => {
    const crossed = await Promise.all([level(80), level(81), level(82)]);
    assert.deepStrictEqual(crossed.flat(), [80]);
    await onlyTell(first.id, second.id, admin.id);
    await Promise.all([send(), send(), send()]);
    assert.deepStrictEqual(await told(), [["80 %"], ["80 %"], []]);
  });
  await t.step("once more at 95 %", async () => {
    assert.deepStrictEqual([await level(94), await level(95), await level(99)], [[], [95], []]);
    await onlyTell(first.id, second.id);
    await send();
    assert.deepStrictEqual(await told(), [["80 %", "95 %"], ["80 %", "95 %"], []]);
  });
  await t.step("not for a little less and more", async () => {
    assert.deepStrictEqual([await level(91), await level(96), await level(76), await level(82)], [
      ...[[], [], [], []],
    ]);
  });
  await t.step(
    "again after it fell, with one mail for both, which a failing provider only delays",
    async () => {
      assert.deepStrictEqual([await level(74), await level(97)], [[], [95, 80]]);
      await onlyTell(first.id, second.id);
      await mail.fail(first.email, { status: 500 });
      const { sent, pending } = await send();
      assert.deepStrictEqual([sent, pending], [1, 1]);
      assert.deepStrictEqual((await send()).sent, 0, "it waits its turn");
      await sql(
        "update private.alert_mails set next_attempt_at = now() where user_id = $1::uuid",
        first.id,
      );
      assert.deepStrictEqual((await send()).sent, 1);
      assert.deepStrictEqual(await told(), [
        ["80 %", "95 %", "95 %"],
        ["80 %", "95 %", "95 %"],
        [],
      ]);
    },
  );
  await t.step("not once it is no longer so", async () => {
    await level(0);
    assert.deepStrictEqual(await level(85), [80]);
    await onlyTell(first.id, second.id);
    await level(70);
    assert.deepStrictEqual((await send()).sent, 0);
  });
  await t.step("in words", async () => {
    const last = (await mail.mailsTo(second.email)).at(-1);
    assert.strictEqual(last?.subject, "The database has come to 95 % of its limit");
    assert.match(last?.text ?? "", /It takes 970 MB of 1,000 MB\./);
  });
  await level(0);
});

Deno.test("what the database takes is held against DATABASE_LIMIT_MB", async () => {
  await level(0);
  const ask = async () => {
    const response = await app.request("http://localhost/health/disk-alerts", {
      method: "POST",
      headers: { authorization: `Bearer ${testEnv("TEST_API_SECRET_KEY")}` },
    });
    return (await response.json()).crossed;
  };
  assert.deepStrictEqual(await ask(), [95, 80]);
  assert.deepStrictEqual(await ask(), []);
  await onlyTell();
  await level(0);
});
