import { escapeHtml, oneLine } from "../_shared/mail_text.ts";
import type { Email } from "../_shared/resend.ts";

/** What the mail of a crossed budget says. */
export interface AlertContent {
  organization: string;
  who: string;
  period: "day" | "week" | "month";
  period_start: string;
  limit_usd: number;
  spent_usd: number;
}

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** The mail that says that a budget was crossed, as text and HTML. */
export function alertMail(
  { organization, who, period, period_start, limit_usd, spent_usd }: AlertContent,
  to: string,
  from: string,
  appUrl: string,
): Email {
  const whose = oneLine(who);
  const subject = `${oneLine(organization)}: the AI budget of ${whose} is used up`;
  const sentence = `In the ${period} that began on ${period_start}, ${whose} spent ${
    dollars.format(spent_usd)
  } on models; the budget is ${dollars.format(limit_usd)}.`;
  const limits = `This is the only mail about this budget for this ${period}.`;
  const link = `${appUrl}/`;
  return {
    from,
    to,
    subject,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.5;">
<p>${escapeHtml(sentence)}</p>
<p><a href="${escapeHtml(link)}">Open the dashboard</a></p>
<p>${escapeHtml(limits)}</p>
</body>
</html>
`,
    text: `${sentence}\n\nDashboard: ${link}\n\n${limits}\n`,
  };
}
