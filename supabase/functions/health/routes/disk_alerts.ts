import { createRoute, z } from "@hono/zod-openapi";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { type Db, rpc, serviceClient } from "../../_shared/database/db.ts";
import { systemClock } from "../../_shared/http/clock.ts";
import { env } from "../../_shared/http/env.ts";
import { acceptCall, acceptedResponse } from "../../_shared/http/scheduled.ts";
import { AlertMailsSchema, sendAlertMails } from "../../_shared/mail/alert_mails.ts";
import { mailProvider } from "../../_shared/mail/provider.ts";
import { diskOf } from "../disk.ts";
import { DiskAlertSchema, diskMail } from "../disk_mail.ts";
import { StoredDiskSchema } from "../schemas.ts";

const ResultSchema = AlertMailsSchema.extend({
  crossed: z.array(z.int()).openapi({
    description: "The thresholds, in %, that the database came to just now.",
  }),
}).openapi("DiskAlertsResult");

const route = createRoute({
  method: "post",
  path: "/disk-alerts",
  operationId: "sendDiskAlerts",
  tags: ["health"],
  summary: "Mail the owners when the database fills",
  description:
    "pg_cron calls it every quarter of an hour. The owners of all organizations are mailed once when the database comes to 80 % of " +
    "`DATABASE_LIMIT_MB`, once more at 95 %, and again only after it fell five points below. pg_cron is answered before the " +
    "work, the service after it.",
  ...serviceOrCron,
  responses: {
    200: json(ResultSchema, "To the service: what came of it"),
    ...acceptedResponse,
    ...problems(...callerProblems),
  },
});

/** Registers `POST /health/disk-alerts`. */
export function diskAlerts(app: App): void {
  app.openapi(route, async (c) => {
    const work = tellOwners(serviceClient());
    if (c.get("caller").kind === "cron") return acceptCall(c, "disk_alerts", work);
    return c.json(checked(ResultSchema, await work), 200);
  });
}

async function tellOwners(db: Db) {
  const { APP_URL: appUrl = null, DATABASE_LIMIT_MB: limit } = env();
  const disk = diskOf(await rpc(db, "disk_status", {}, StoredDiskSchema), limit);
  const crossed = disk.limit_bytes === null ? [] : await rpc(db, "note_disk_level", {
    p_bytes: disk.bytes,
    p_limit_bytes: disk.limit_bytes,
  }, z.array(z.int()));
  const mails = await sendAlertMails(db, systemClock, {
    kind: "disk",
    content: DiskAlertSchema,
    render: (content, to, from) => diskMail(content, to, from, appUrl),
    provider: mailProvider(),
  });
  return { ...mails, crossed };
}
