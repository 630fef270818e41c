import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../database/db.ts";
import { callLimit, type Clock } from "../http/clock.ts";
import { log } from "../http/log.ts";
import type { mailProvider } from "./provider.ts";
import { type Email, sendEmail } from "./resend.ts";

/** What came of the mails of alerts that were due. */
export const AlertMailsSchema = z.object({
  sent: z.int(),
  stored: z.int().openapi({ description: "Without a mail provider." }),
  failed: z.int(),
  pending: z.int().openapi({ description: "To be tried again." }),
  remaining: z.int().openapi({
    description: "Due, and left by the minute that a call has: call again.",
  }),
}).openapi("AlertMailsResult");

/** How the mails of one kind are sent; `content` is what the database keeps of the alert. */
export interface AlertKind<Content> {
  kind: "budget" | "disk";
  content: z.ZodType<Content>;
  render(content: Content, to: string, from: string): Email;
  /** Null: no mail provider is set up. */
  provider: ReturnType<typeof mailProvider>;
}

/** How long a mail may take its provider, in milliseconds. */
const slowestMail = 15_000;
/** Mails that one request sends; a later one takes the rest. */
const maxMails = 200;

/**
 * Sends the mails of alerts that are due, one at a time, so that none is taken that there is no time for. One that does not go
 * out is tried again by a later call until it is no longer news; `GET /health/status` names those that never did.
 */
export async function sendAlertMails<Content>(
  db: Db,
  clock: Clock,
  alerts: AlertKind<Content>,
): Promise<z.output<typeof AlertMailsSchema>> {
  const until = clock.now() + callLimit - slowestMail;
  const result = { sent: 0, stored: 0, failed: 0, pending: 0, remaining: 0 };
  const p_kind = alerts.kind;
  for (let taken = 0; taken < maxMails; taken++) {
    if (clock.ending.aborted || clock.now() >= until) break;
    const mail = await rpc(db, "claim_alert_mail", { p_kind }, ClaimedSchema);
    if (mail === null) break;
    result[await send(db, mail, alerts)]++;
  }
  result.remaining = await rpc(db, "alert_mails_due_count", { p_kind }, z.int());
  return result;
}

const ClaimedSchema = z.object({
  id: z.int(),
  alert: z.string(),
  attempts: z.int(),
  user_id: z.string(),
  email: z.string(),
  content: z.unknown(),
}).nullable();

async function send<Content>(
  db: Db,
  mail: NonNullable<z.output<typeof ClaimedSchema>>,
  { kind, content, render, provider }: AlertKind<Content>,
): Promise<"sent" | "stored" | "failed" | "pending"> {
  const finish = (p_state: string, rest = {}) => {
    const args = { p_id: mail.id, p_attempts: mail.attempts, p_state, ...rest };
    return rpc(db, "finish_alert_mail", args, z.unknown());
  };
  if (provider === null) {
    await finish("stored");
    return "stored";
  }
  const email = render(content.parse(mail.content), mail.email, provider.from);
  const outcome = await sendEmail(`${mail.alert}/${mail.user_id}`, email, provider);
  if (outcome.kind === "sent") {
    await finish("sent");
    return "sent";
  }
  log("error", "alert_mail", { alert: kind, mail_id: mail.id, cause: outcome.code });
  const state = outcome.kind === "retry" ? "pending" : "failed";
  await finish(state, {
    p_error: outcome.code,
    p_is_certain: outcome.certain,
    ...(outcome.kind === "retry" && outcome.retryAfter !== null
      ? { p_retry_after: Math.min(Math.ceil(outcome.retryAfter), 1_000_000) }
      : {}),
  });
  return state;
}
