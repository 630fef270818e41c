import { createRoute } from "@hono/zod-openapi";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { serviceClient } from "../../_shared/database/db.ts";
import { systemClock } from "../../_shared/http/clock.ts";
import { acceptCall, acceptedResponse } from "../../_shared/http/scheduled.ts";
import { env } from "../../_shared/http/env.ts";
import { mailProvider } from "../../_shared/mail/provider.ts";
import { sendAlerts } from "../send_alerts.ts";
import { AlertsSchema } from "../schemas.ts";

const route = createRoute({
  method: "post",
  path: "/budgets/alerts",
  operationId: "sendBudgetAlerts",
  tags: ["insights"],
  summary: "Mail the alerts that are due",
  description:
    "pg_cron calls it when a budget was crossed. However often or concurrently it is called, an alert is mailed once to each " +
    "owner and admin. pg_cron is answered before the work, the service after it.",
  ...serviceOrCron,
  responses: {
    200: json(AlertsSchema, "To the service: what came of them"),
    ...acceptedResponse,
    ...problems(...callerProblems),
  },
});

/** Registers `POST /insights/budgets/alerts`. */
export function alerts(app: App): void {
  app.openapi(route, async (c) => {
    const work = sendAlerts(serviceClient(), systemClock, {
      provider: mailProvider(),
      appUrl: env().APP_URL ?? null,
    });
    if (c.get("caller").kind === "cron") return acceptCall(c, "budget_alerts", work);
    return c.json(checked(AlertsSchema, await work), 200);
  });
}
