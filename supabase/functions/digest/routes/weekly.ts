import { createRoute } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { type App, bodyProblems, checked, json, problems } from "../../_shared/http/app.ts";
import { callerProblems, serviceOrCron } from "../../_shared/http/access.ts";
import type { AppEnv } from "../../_shared/http/auth.ts";
import { serviceClient } from "../../_shared/database/db.ts";
import { systemClock } from "../../_shared/http/clock.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { acceptCall, acceptedResponse } from "../../_shared/http/scheduled.ts";
import { mailProvider } from "../../_shared/mail/provider.ts";
import { SentMails } from "../../_shared/mail/sent_mails.ts";
import { sendMail } from "../resend.ts";
import { runDigests, type RunTools } from "../run.ts";
import { WeeklyBody, WeeklyQuery, WeeklySchema } from "../schemas.ts";
import { mailSettings } from "../settings.ts";

const route = createRoute({
  method: "post",
  path: "/weekly",
  operationId: "sendWeeklyDigest",
  tags: ["digest"],
  summary: "Send the weekly digest to everybody, to one person, or to whom it is due",
  description:
    "At most one digest for each person and week, however often or concurrently it is called; call it again to try again what " +
    "failed or expired. A mail whose provider does not answer or refuses us is tried until the next week's digest is due, and " +
    "then expired. Without a mail provider the digest is stored, not sent. The period is the person's week; without a person or a " +
    "week it is the last one over in Los Angeles, and organizations elsewhere may be a week apart. pg_cron is answered before the " +
    "work, the service after it.",
  ...serviceOrCron,
  middleware: [...serviceOrCron.middleware, emptyBodyIsNone()],
  request: {
    query: WeeklyQuery,
    body: { required: false, content: { "application/json": { schema: WeeklyBody } } },
  },
  responses: {
    200: json(WeeklySchema, "To the service: what came of it"),
    ...acceptedResponse,
    ...problems(...callerProblems, ...bodyProblems, "user_not_found"),
  },
});

export function postWeekly(app: App): void {
  app.openapi(route, async (c) => {
    const body = c.req.valid("json");
    const email = oneEmail(c.req.valid("query").email, body.email);
    const scope = body.scope ?? (email === undefined ? undefined : "email");
    if (scope === undefined) throw invalid("scope", "is required: all, email or due");
    const isCron = c.get("caller").kind === "cron";
    const trigger = isCron ? "cron" : "service";
    const work = runDigests({ trigger, scope, email, week: body.week }, tools());
    if (isCron) return acceptCall(c, "weekly_digest", work);
    return c.json(checked(WeeklySchema, await work), 200);
  });
}

/** Many schedulers say they send JSON and then send nothing, with everything in the query. */
function emptyBodyIsNone(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.raw.body === null || c.req.header("content-length") === "0") {
      const headers = new Headers(c.req.raw.headers);
      headers.delete("content-type");
      c.req.raw = new Request(c.req.raw.url, { method: c.req.method, headers });
    }
    await next();
  };
}

function oneEmail(inQuery: string | undefined, inBody: string | undefined): string | undefined {
  if (inQuery !== undefined && inBody !== undefined && inQuery !== inBody) {
    throw invalid("email", "differs between query and body");
  }
  return inBody ?? inQuery;
}

function tools(): RunTools {
  const provider = mailProvider();
  const sentMails = provider && new SentMails(provider);
  return {
    db: serviceClient(),
    send: provider && ((digestId, mail) => sendMail(digestId, mail, provider)),
    lookUp: sentMails && ((mail) => sentMails.find(mail)),
    settings: mailSettings(),
    clock: systemClock,
  };
}
