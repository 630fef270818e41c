import assert from "node:assert/strict";
import { hoursAgo, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api, testEnv } from "../helpers/stack/api.ts";
import { runCron, sql } from "../helpers/stack/database.ts";
import { mailControl } from "../helpers/digest/mail_server.ts";
import { newOrganization, seedPerson } from "../helpers/tenancy/people.ts";

const mail = mailControl(testEnv("TEST_MAIL_URL"));
/** With a real server the real pg_cron runs the jobs; tests/integration shows that elsewhere. */
const ignore = testEnv("TEST_DATABASE") === "postgres";

Deno.test({
  name: "the sweep notes a budget that no one session crossed, and has it mailed, once",
  ignore,
}, async () => {
  const { id: org_id } = await newOrganization();
  const { email } = await seedPerson({ org: org_id });
  await sql(
    `with team as (insert into private.teams (org_id, name) values ($1::uuid, 'Core') returning id)
     insert into private.team_members select id, 'ann', $1::uuid from team`,
    org_id,
  );
  await api("/insights/budgets", {
    method: "POST",
    as: "service",
    body: { org_id, team: "Core", limit_usd: 5 },
  });
  await storeSessions(org_id, [
    { at: hoursAgo(0), developer: "ann", cost: 3 },
    { at: hoursAgo(0), developer: "bob", cost: 4 },
  ]);
  // Bob joins the team, and what he spent counts.
  await sql(
    "insert into private.team_members select id, 'bob', org_id from private.teams where org_id = $1::uuid",
    org_id,
  );
  const { runs } = await runCron("2031-05-01T00:02:00Z");
  assert.strictEqual(runs.find(({ jobname }) => jobname === "budget-alerts")?.status, "succeeded");
  await runCron("2031-05-01T00:04:00Z");
  const mails = await mail.mailsTo(email);
  assert.strictEqual(mails.length, 1);
  assert.match(mails[0]?.text ?? "", /team Core spent \$7\.00 on models; the budget is \$5\.00\./);
});
