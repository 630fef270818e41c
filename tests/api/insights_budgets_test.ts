import assert from "node:assert/strict";
import { type AiSession, hoursAgo, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api, assertProblem, type Credential, testEnv } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { until } from "../helpers/delivery/etl.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newOrganization, newPerson, newTeam, seedPerson } from "../helpers/tenancy/people.ts";

interface Budget {
  id: string;
  team: { name: string } | null;
  developer_id: string | null;
  period: string;
  limit_usd: number;
  period_start: string;
  spent_usd: number;
  alert: { spent_usd: number; state: string } | null;
}

const mail = mailControl(testEnv("TEST_MAIL_URL"));

const setBudget = (as: Credential, body: Record<string, unknown>) =>
  api<Budget>("/insights/budgets", { method: "POST", as, body });
const budgetsOf = async (org_id: string) =>
  (await api<{ total_count: number; budgets: Budget[] }>("/insights/budgets", {
    as: "service",
    query: { org_id },
  })).body;
const sendAlerts = () => api("/insights/budgets/alerts", { method: "POST", as: "service" });
/** Other tests send what is due as well, and may have this one's alert in hand. */
const sent = (org: string) =>
  until(
    "the alert's mails",
    async () => (await budgetsOf(org)).budgets[0]?.alert?.state === "sent",
  );
const dueAgain = (org: string) =>
  sql("update private.alert_mails set next_attempt_at = now() where org_id = $1::uuid", org);
const costing = (cost: number, developer = "ann"): AiSession => ({
  at: hoursAgo(0),
  developer,
  cost,
});

Deno.test("a budget that is used up is mailed once to each owner and admin, however many store and send at once", async () => {
  const { org, owner, admin, member } = await newTeam({ name: "Acme" });
  await sql("update public.organizations set time_zone = 'UTC' where id = $1::uuid", org);
  const { status, text } = await setBudget(owner, { developer_id: "Ann", limit_usd: 10 });
  assert.strictEqual(status, 201, text);
  await storeSessions(org, [costing(9.5), costing(50, "bob")]);
  assert.deepStrictEqual((await budgetsOf(org)).budgets.map(({ alert }) => alert), [null]);

  await Promise.all(Array.from({ length: 4 }, () => storeSessions(org, [costing(0.5)])));
  await sql("select private.note_crossed_budgets()");
  await Promise.all(Array.from({ length: 3 }, sendAlerts));
  await sent(org);
  await storeSessions(org, [costing(5)]);
  await sendAlerts();

  for (const { email } of [owner, admin]) {
    const [first, ...more] = await mail.mailsTo(email);
    assert.strictEqual(more.length, 0);
    assert.strictEqual(first?.subject, "Acme: the AI budget of ann is used up");
    assert.match(first?.text ?? "", /ann spent \$\d\d\.\d\d on models; the budget is \$10\.00\./);
  }
  assert.deepStrictEqual(await mail.mailsTo(member.email), []);
  const { budgets: [budget], total_count } = await budgetsOf(org);
  assert.strictEqual(total_count, 1);
  assert.strictEqual(budget?.spent_usd, 16.5);
  assert.strictEqual(budget?.alert?.state, "sent");
  assert.strictEqual(
    budget?.period_start,
    `${new Date().toISOString().slice(0, 7)}-01`,
  );
});

Deno.test("a mail that does not go out is tried again, and those that did are not repeated", async () => {
  const { id: org } = await newOrganization({ name: "Acme" });
  const [first, second] = await Promise.all([seedPerson({ org }), seedPerson({ org })]);
  await storeSessions(org, [costing(3)]);
  await mail.fail(second.email, { status: 500 });
  const { body } = await setBudget("service", {
    org_id: org,
    developer_id: "ann",
    period: "day",
    limit_usd: 3,
  });
  assert.strictEqual(body.alert?.state, "pending");
  await sendAlerts();
  await until("the first try", async () => (await mail.requestsFor(second.email)).length > 0);
  assert.strictEqual((await budgetsOf(org)).budgets[0]?.alert?.state, "pending");
  await sendAlerts();
  assert.strictEqual((await mail.requestsFor(second.email)).length, 1, "its lease holds");
  await dueAgain(org);
  await sendAlerts();
  await sent(org);
  for (const { email } of [first, second]) {
    assert.strictEqual((await mail.mailsTo(email)).length, 1);
  }
  assert.strictEqual((await budgetsOf(org)).budgets[0]?.alert?.state, "sent");
});

Deno.test("a mail is tried until the budget's period is over, and named then", async (t) => {
  const { id: org_id } = await newOrganization({ name: "Acme" });
  const { id: user_id, email } = await seedPerson({ org: org_id });
  await storeSessions(org_id, [costing(3)]);
  await setBudget("service", { org_id, developer_id: "ann", period: "month", limit_usd: 3 });
  const state = async () => (await budgetsOf(org_id)).budgets[0]?.alert?.state;
  const set = (what: string) =>
    sql(
      `update private.alert_mails set ${what}, next_attempt_at = now() where org_id = $1::uuid`,
      org_id,
    );
  await t.step("after as many attempts as it takes", async () => {
    await mail.fail(email, { status: 503 });
    await set("attempts = 40");
    await sendAlerts();
    assert.strictEqual(await state(), "pending");
    const { wait } = await sqlRow<{ wait: number }>(
      "select round(extract(epoch from next_attempt_at - now()) / 3600)::int as wait from private.alert_mails where org_id = $1::uuid",
      org_id,
    );
    assert.strictEqual(wait, 6, "hours");
  });
  await t.step("not once it is over", async () => {
    await set("expires_at = now() - interval '1 second'");
    await sendAlerts();
    assert.strictEqual(await state(), "expired");
    const { body } = await api<{ undelivered_alerts: Record<string, unknown>[] }>(
      "/health/status",
      { as: "service" },
    );
    const [named] = body.undelivered_alerts.filter((one) => one["org_id"] === org_id);
    const { at: _at, ...rest } = named ?? {};
    assert.deepStrictEqual(rest, {
      ...{ kind: "budget", org_id, organization: "Acme", user_id },
      ...{ state: "expired", attempts: 41, error: "503_application_error" },
    });
  });
  await t.step("nor a second time when nobody knows whether it went out", async () => {
    await set(
      "state = 'pending', expires_at = now() + interval '1 day', claimed_at = now() - interval '24 hours'",
    );
    const before = (await mail.requestsFor(email)).length;
    await sendAlerts();
    assert.deepStrictEqual([await state(), (await mail.requestsFor(email)).length], [
      "failed",
      before,
    ]);
  });
  await t.step("nor to somebody who has left", async () => {
    await set("state = 'pending', claimed_at = null, unsure_since = null");
    await seedPerson({ org: org_id });
    await sql("update public.memberships set role = 'viewer' where user_id = $1::uuid", user_id);
    await sendAlerts();
    assert.deepStrictEqual([await state(), (await mail.mailsTo(email)).length], ["skipped", 0]);
  });
});

Deno.test("a team's budget adds up its members, a raised limit may be crossed again, and each period is its own", async (t) => {
  const { id: org_id } = await newOrganization({ timeZone: "Asia/Kolkata" });
  const { id: team } = await sqlRow<{ id: string }>(
    `with team as (insert into private.teams (org_id, name) values ($1::uuid, 'Core') returning id),
     members as (insert into private.team_members select id, login, $1::uuid from team, unnest('{ann,bob}'::text[]) login)
     select id from team`,
    org_id,
  );
  await t.step("by name or id, in place of the one there was", async () => {
    const byName = await setBudget("service", {
      org_id,
      team: "core",
      period: "week",
      limit_usd: 20,
    });
    assert.strictEqual(byName.status, 201, byName.text);
    assert.strictEqual(byName.body.team?.name, "Core");
    const byId = await setBudget("service", { org_id, team, period: "week", limit_usd: 10 });
    assert.strictEqual(byId.body.id, byName.body.id);
    assertProblem(
      await setBudget("service", { org_id, team: "nobody", limit_usd: 1 }),
      404,
      "not_found",
    );
  });
  await t.step("its members only", async () => {
    await storeSessions(org_id, [costing(6, "ann"), costing(5, "bob"), costing(70, "cid")]);
    const { budgets: [budget] } = await budgetsOf(org_id);
    assert.deepStrictEqual([budget?.spent_usd, budget?.alert?.spent_usd], [11, 11]);
  });
  await t.step("a raised limit", async () => {
    const raised = await setBudget("service", { org_id, team, period: "week", limit_usd: 12 });
    assert.strictEqual(raised.body.alert, null);
    await storeSessions(org_id, [costing(2, "bob")]);
    assert.strictEqual((await budgetsOf(org_id)).budgets[0]?.alert?.spent_usd, 13);
  });
  await t.step("periods of the organization's time zone, to the second", async () => {
    const spent = async (period: string, start: string) =>
      (await sqlRow<{ usd: string }>(
        `select private.budget_spend(row(null, $1::uuid, null, 'dan', $2, 1, now())::private.ai_budgets, 'Asia/Kolkata', $3::date)::text as usd`,
        org_id,
        period,
        start,
      )).usd;
    await storeSessions(org_id, [
      { at: new Date("2026-02-28T18:29:59Z"), developer: "dan", cost: 1 }, // 23:59:59 in Kolkata
      { at: new Date("2026-02-28T18:30:00Z"), developer: "dan", cost: 2 },
      { at: new Date("2026-03-01T18:29:59Z"), developer: "dan", cost: 4 },
      { at: new Date("2026-03-01T18:30:00Z"), developer: "dan", cost: 8 },
    ]);
    const table = [["day", "2026-03-01", 6], ["month", "2026-02-01", 1], [
      "month",
      "2026-03-01",
      14,
    ], ["week", "2026-03-02", 8]] as const;
    for (const [period, start, expected] of table) {
      assert.strictEqual(Number(await spent(period, start)), expected, `${period} ${start}`);
    }
  });
});

Deno.test("budgets are changed by owners and admins of the organization alone", async () => {
  const [mine, stranger] = await Promise.all([newPerson(), newPerson()]);
  const { body: { id } } = await setBudget(mine, { developer_id: "ann", limit_usd: 1 });
  const remove = (as: Credential) => api(`/insights/budgets/${id}`, { method: "DELETE", as });
  assertProblem(await remove(stranger), 404, "not_found");
  assert.strictEqual((await remove(mine)).status, 204);
  assertProblem(await remove(mine), 404, "not_found");
  for (const body of [{ limit_usd: 1 }, { team: "a", developer_id: "b", limit_usd: 1 }]) {
    assertProblem(await setBudget(mine, body), 422, "validation_failed", ["team"]);
  }
});
