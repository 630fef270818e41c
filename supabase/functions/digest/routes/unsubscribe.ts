import { createRoute, z } from "@hono/zod-openapi";
import { type App, problems, type RequestContext } from "../../_shared/http/app.ts";
import { anyQuery } from "../../_shared/http/query_names.ts";
import { everyone } from "../../_shared/http/access.ts";
import { databaseProblem, serviceClient } from "../../_shared/database/db.ts";
import { env } from "../../_shared/http/env.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { htmlHeaders, page, showsHtml, textHeaders } from "../pages.ts";
import { UnsubscribeQuery } from "../preference_schemas.ts";
import { checkUnsubscribe } from "../unsubscribe_token.ts";

const common = {
  path: "/unsubscribe",
  tags: ["digest"],
  ...anyQuery,
  ...everyone,
  responses: {
    200: {
      description: "A page, or its text where no page can be shown",
      content: { "text/html": { schema: z.string() }, "text/plain": { schema: z.string() } },
    },
    ...problems("invalid_signature", "gone", "validation_failed", "not_ready"),
  },
};

const getRoute = createRoute({
  ...common,
  method: "get",
  operationId: "askToUnsubscribe",
  summary: "Ask whether to unsubscribe",
  description: "Changes nothing without `confirm=yes`, because mail scanners follow links.",
  request: { query: UnsubscribeQuery },
});

const postRoute = createRoute({
  ...common,
  method: "post",
  operationId: "unsubscribe",
  summary: "Unsubscribe with one click (RFC 8058)",
  description: "What the button of mail programs calls; it unsubscribes at once.",
  request: {
    query: UnsubscribeQuery.pick({ token: true }),
    body: {
      required: false,
      content: {
        "application/x-www-form-urlencoded": {
          schema: z.object({ "List-Unsubscribe": z.string().max(100).optional() }),
        },
      },
    },
  },
  responses: {
    ...common.responses,
    ...problems("payload_too_large", "unsupported_media_type"),
  },
});

export function unsubscribe(app: App): void {
  app.openapi(getRoute, async (c) => {
    const { token, confirm } = c.req.valid("query");
    const userId = personOf(token);
    if (confirm === "yes") return await unsubscribed(c, userId);
    if (showsHtml(c.req.raw, env().FUNCTIONS_URL)) {
      return c.body(page(title, question, "Unsubscribe"), 200, htmlHeaders);
    }
    const url = `${env().FUNCTIONS_URL}/digest/unsubscribe?token=${token}&confirm=yes`;
    return c.body(`${question}\nTo unsubscribe, open\n\n${url}\n`, 200, textHeaders);
  });

  app.openapi(postRoute, async (c) => {
    return await unsubscribed(c, personOf(c.req.valid("query").token));
  });
}

const title = "Weekly digest";
const question = "You will no longer get the weekly digest of Living Lytics by e-mail.";
const done =
  "You are unsubscribed. You can switch the digest on again in the dashboard's settings.";

function personOf(token: string): string {
  const check = checkUnsubscribe(token, env().SIGNING_SECRET, Date.now() / 1000);
  if (check.status === "valid") return check.userId;
  if (check.status === "expired") {
    throw new Problem("gone", "This link has expired; use the one in your latest digest");
  }
  throw new Problem("invalid_signature", "This is not a link of a digest; copy all of it");
}

/** The signed token is the credential here, and the service's client the only one that may act on it. */
async function unsubscribed(c: RequestContext, userId: string) {
  const { error } = await serviceClient().rpc("digest_unsubscribe", { p_user_id: userId });
  if (error) throw databaseProblem(error);
  return showsHtml(c.req.raw, env().FUNCTIONS_URL)
    ? c.body(page(title, done), 200, htmlHeaders)
    : c.body(`${done}\n`, 200, textHeaders);
}
