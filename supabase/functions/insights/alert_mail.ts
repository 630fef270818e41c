import type { z } from "@hono/zod-openapi";
import { plainName, shortMail } from "../_shared/mail/mail_text.ts";
import type { Email } from "../_shared/mail/resend.ts";
import type { AlertContentSchema } from "./schemas.ts";

type AlertContent = z.output<typeof AlertContentSchema>;

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** The mail that says that a budget was crossed, as text and HTML. */
export function alertMail(
  { organization, who, period, period_start, limit_usd, spent_usd }: AlertContent,
  to: string,
  from: string,
  appUrl: string | null,
): Email {
  const whose = plainName(who, "somebody");
  const subject = `${
    plainName(organization, "Your organization")
  }: the AI budget of ${whose} is used up`;
  const sentence = `In the ${period} that began on ${period_start}, ${whose} spent ${
    dollars.format(spent_usd)
  } on models; the budget is ${dollars.format(limit_usd)}.`;
  const remark = `This is the only mail about this budget for this ${period}.`;
  const action = "Open the dashboard";
  return {
    from,
    to,
    ...shortMail({ subject, sentence, action, link: appUrl && `${appUrl}/`, remark }),
  };
}
