import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { serviceClient } from "../../_shared/database/db.ts";
import { systemClock } from "../../_shared/http/clock.ts";
import { acceptCall, acceptedResponse } from "../../_shared/http/scheduled.ts";
import { env } from "../../_shared/http/env.ts";
import { mailProvider } from "../../_shared/mail/provider.ts";
import { AlertMailsSchema, sendAlertMails } from "../../_shared/mail/alert_mails.ts";
import { alertMail } from "../alert_mail.ts";
import { AlertContentSchema } from "../schemas.ts";

const route = createRoute({
  method: "post",
  path: "/budgets/alerts",
  operationId: "sendBudgetAlerts",
  tags: ["insights"],
  summary: "Mail the alerts that are due",
  description:
    "pg_cron calls it when a budget was crossed. However often or concurrently it is called, an alert is mailed once to each " +
    "owner and admin. One that does not go out is tried again, at last every six hours, until the budget's period is over; " +
    "`GET /v1/health/status` names those that never did. pg_cron is answered before the work, the service after it.",
  ...serviceOrCron,
  responses: {
    200: json(AlertMailsSchema, "To the service: what came of them"),
    ...acceptedResponse,
    ...problems(...callerProblems),
  },
});

/** Registers `POST /insights/budgets/alerts`. */
export function alerts(app: App): void {
  app.openapi(route, async (c) => {
    const appUrl = env().APP_URL ?? null;
    const work = sendAlertMails(serviceClient(), systemClock, {
      kind: "budget",
      content: AlertContentSchema,
      render: (content, to, from) => alertMail(content, to, from, appUrl),
      provider: mailProvider(),
    });
    if (c.get("caller").kind === "cron") return acceptCall(c, "budget_alerts", work);
    return c.json(checked(AlertMailsSchema, await work), 200);
  });
}
