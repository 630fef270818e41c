import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../_shared/database/db.ts";
import { callLimit, type Clock } from "../_shared/http/clock.ts";
import { log } from "../_shared/http/log.ts";
import { type ResendSettings, sendEmail } from "../_shared/mail/resend.ts";
import { alertMail } from "./alert_mail.ts";
import { type AlertsSchema, ClaimedAlertSchema } from "./schemas.ts";

export interface AlertSettings {
  /** Null: no mail provider is set up. */
  provider: ResendSettings & { from: string } | null;
  appUrl: string | null;
}

type Result = z.output<typeof AlertsSchema>;
type Alert = z.output<typeof ClaimedAlertSchema>;

/** Alerts that one request takes; a sweep two minutes later takes the rest. */
const maxAlerts = 50;
/** How long the mails of one alert may take their provider, in milliseconds. */
const slowestMail = 15_000;
/** Attempts before an alert is given up, all within the day that the provider remembers our keys. */
const maxAttempts = 8;

/**
 * Mails the alerts that are due to the owners and admins of their organizations. An alert whose mails did not all go out stays
 * pending and is tried again; the provider knows by their keys those that did.
 */
export async function sendAlerts(
  db: Db,
  clock: Clock,
  settings: AlertSettings,
): Promise<Result> {
  const until = clock.now() + callLimit - slowestMail;
  const result: Result = { sent: 0, stored: 0, failed: 0, pending: 0, remaining: 0 };
  for (let taken = 0; taken < maxAlerts; taken++) {
    if (clock.ending.aborted || clock.now() >= until) break;
    // One at a time, so that none is taken that there is no time for.
    const [alert] = await rpc(
      db,
      "claim_budget_alerts",
      { p_limit: 1 },
      z.array(ClaimedAlertSchema),
    );
    if (alert === undefined) break;
    const state = await send(alert, settings);
    result[state]++;
    if (state === "pending") continue;
    const args = { p_budget_id: alert.budget_id, p_period_start: alert.period_start };
    await rpc(db, "finish_budget_alert", { ...args, p_state: state }, z.unknown());
  }
  result.remaining = await rpc(db, "budget_alerts_due_count", {}, z.int());
  return result;
}

async function send(alert: Alert, { provider, appUrl }: AlertSettings) {
  if (provider === null || alert.recipients.length === 0) return "stored";
  const outcomes = await Promise.all(alert.recipients.map(({ user_id, email }) => {
    const key = `budget/${alert.budget_id}/${alert.period_start}/${alert.limit_usd}/${user_id}`;
    return sendEmail(key, alertMail(alert, email, provider.from, appUrl), provider);
  }));
  for (const outcome of outcomes) {
    if (outcome.kind !== "sent") {
      log("error", "budget_alert", { budget_id: alert.budget_id, cause: outcome.code });
    }
  }
  if (outcomes.some(({ kind }) => kind === "retry") && alert.attempts < maxAttempts) {
    return "pending";
  }
  return outcomes.some(({ kind }) => kind === "sent") ? "sent" : "failed";
}
