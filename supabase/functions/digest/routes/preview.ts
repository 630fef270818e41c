import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import { type App, checked, json, problems } from "../../_shared/http/app.ts";
import { formats } from "../../_shared/http/document.ts";
import { callerProblems, serviceOrUser } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { previewLinks } from "../mail.ts";
import { renderHtml } from "../render_html.ts";
import { renderText, subjectOf } from "../render_text.ts";
import { reportOf } from "../report.ts";
import { PreviewQuery, PreviewSchema, StoredContentSchema } from "../schemas.ts";
import { mailSettings } from "../settings.ts";
import { htmlHeaders, textHeaders } from "../pages.ts";

// A response without a described type is one that a route may write in another format.
const responses: RouteConfig["responses"] = {
  200: {
    ...json(PreviewSchema, "The digest"),
    ...formats({ text: "text/plain", html: "text/html" }),
  },
  ...problems(...callerProblems, "user_not_found", "validation_failed"),
};

const route = createRoute({
  method: "get",
  path: "/preview",
  operationId: "previewDigest",
  tags: ["digest"],
  summary: "The digest of a week as it would be now",
  description:
    "Sends and stores nothing. The unsubscribe link of a preview does not work. Hosted Supabase serves HTML as plain text " +
    "on its default domain.",
  ...serviceOrUser,
  request: { query: PreviewQuery },
  responses,
});

export function getPreview(app: App): void {
  app.openapi(route, async (c) => {
    const { email, week, format } = c.req.valid("query");
    const args = { p_email: email, p_week: week };
    const report = reportOf(await rpc(callerDb(c), "digest_preview", args, StoredContentSchema));
    const links = previewLinks(mailSettings());
    if (format === "html") return c.body(renderHtml(report, links), 200, htmlHeaders);
    if (format === "text") return c.body(renderText(report, links), 200, textHeaders);
    return c.json(checked(PreviewSchema, { ...report, subject: subjectOf(report) }), 200);
  });
}
