import type { z } from "@hono/zod-openapi";
import type { AiWeekSchema, PreparedSchema, ReportSchema, StoredContentSchema } from "./schemas.ts";

/** The numbers of a digest, as the database answers them. */
export type StoredContent = z.output<typeof StoredContentSchema>;
/** A digest, judged and worded. */
export type Report = z.output<typeof ReportSchema>;
export type Total = Report["totals"][number];
export type Day = Report["days"][number];
export type Finding = Report["findings"][number];
export type Delivery = NonNullable<Report["delivery"]>;
export type AiSection = NonNullable<Report["ai"]>;
/** What AI sessions of a week add up to. */
export type AiWeek = z.output<typeof AiWeekSchema>;
/** A mail as it is kept before it is sent, with how often it was made a new one to the provider. */
export type PreparedMail = NonNullable<z.output<typeof PreparedSchema>>;
export type Mail = Omit<PreparedMail, "renewal">;

/** Where the links of a mail lead. */
export interface Links {
  /** Null where nobody said where the dashboard is. */
  dashboard: string | null;
  preferences: string | null;
  unsubscribe: string;
}

export interface MailSettings {
  from: string;
  appUrl: string | null;
  functionsUrl: string;
  signingSecret: string;
}
