import { renderHtml } from "./render_html.ts";
import { renderText, subjectOf } from "./render_text.ts";
import type { Links, Mail, MailSettings, Report } from "./types.ts";
import { signUnsubscribe, unsubscribeLifetime } from "./unsubscribe_token.ts";

/** The links of a digest that nobody received: its unsubscribe link is for show, since whoever looks may be a colleague. */
export function previewLinks({ appUrl, functionsUrl }: MailSettings): Links {
  return linksTo(appUrl, functionsUrl, "preview");
}

/** The complete mail of a digest. `now` in seconds since 1970 starts the life of its unsubscribe link. */
export function composeMail(
  report: Report,
  recipient: { userId: string; email: string },
  settings: MailSettings,
  now: number,
): Mail {
  const { appUrl, functionsUrl, signingSecret } = settings;
  const token = signUnsubscribe(recipient.userId, now + unsubscribeLifetime, signingSecret);
  const links = linksTo(appUrl, functionsUrl, token);
  return {
    subject: subjectOf(report),
    text: renderText(report, links),
    html: renderHtml(report, links),
    envelope: {
      from: settings.from,
      to: recipient.email,
      headers: {
        "List-Unsubscribe": `<${links.unsubscribe}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      },
    },
  };
}

function linksTo(appUrl: string | null, functionsUrl: string, token: string): Links {
  return {
    dashboard: appUrl === null ? null : `${appUrl}/`,
    preferences: appUrl === null ? null : `${appUrl}/settings/digest`,
    unsubscribe: `${functionsUrl}/digest/unsubscribe?token=${encodeURIComponent(token)}`,
  };
}
