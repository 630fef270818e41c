import { z } from "@hono/zod-openapi";
import type { ResendSettings } from "./resend.ts";

/** Whether the provider has sent a mail; unknown when it does not say, as it does not to a key that may only send. */
export type Found =
  | { kind: "sent"; messageId: string }
  | { kind: "not_sent" }
  | { kind: "unknown"; code: string; error: string; retryAfter: null; rateLimited: false };

export interface MailInDoubt {
  to: string;
  subject: string;
  /** When it was first handed over, RFC 3339. */
  since: string;
}

/** How long the provider may take for a page, in milliseconds. */
const timeout = 15_000;
const pageSize = 100;
/** Pages read by one request, the newest mails first. */
const maxPages = 50;
/** Clocks differ, in milliseconds. */
const tolerance = 5 * 60_000;

/**
 * What Resend has sent, for mails whose answer got lost longer ago than it remembers idempotency keys. Each page is read once,
 * however many mails are looked up.
 */
export class SentMails {
  private readonly mails: Page["data"] = [];
  private pages = 0;
  private complete = false;
  private failure: string | null = null;
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly settings: ResendSettings) {}

  /** Never throws. */
  async find({ to, subject, since }: MailInDoubt): Promise<Found> {
    const from = Date.parse(since) - tolerance;
    this.reading = this.reading.then(() => this.readBackTo(from));
    await this.reading;
    const found = this.mails.find((mail) =>
      mail.subject === subject && Date.parse(mail.created_at) >= from &&
      mail.to.some((address) => address.toLowerCase() === to.toLowerCase())
    );
    if (found) return { kind: "sent", messageId: found.id };
    if (this.complete || this.oldest() < from) return { kind: "not_sent" };
    const error = `the list of sent mails: ${this.failure ?? "too long"}`;
    return {
      kind: "unknown",
      code: "outcome_unknown",
      error,
      retryAfter: null,
      rateLimited: false,
    };
  }

  private oldest(): number {
    const last = this.mails.at(-1);
    return last ? Date.parse(last.created_at) : Infinity;
  }

  private async readBackTo(from: number): Promise<void> {
    while (
      !this.complete && this.failure === null && this.pages < maxPages && this.oldest() >= from
    ) {
      try {
        await this.readPage();
      } catch (error) {
        this.failure = error instanceof Error && error.name === "TimeoutError"
          ? "timeout"
          : "no answer";
      }
    }
  }

  private async readPage(): Promise<void> {
    const { apiUrl, apiKey } = this.settings;
    const query = new URLSearchParams({ limit: String(pageSize) });
    const last = this.mails.at(-1);
    if (last) query.set("after", last.id);
    const response = await fetch(`${apiUrl}/emails?${query}`, {
      headers: { authorization: `Bearer ${apiKey}`, "user-agent": "living-lytics" },
      signal: AbortSignal.timeout(timeout),
      redirect: "error",
    });
    this.pages++;
    if (!response.ok) {
      await response.body?.cancel();
      this.failure = String(response.status);
      return;
    }
    const page = PageSchema.safeParse(await response.json());
    if (!page.success) {
      this.failure = "not understood";
      return;
    }
    this.mails.push(...page.data.data);
    this.complete = !page.data.has_more || page.data.data.length === 0;
  }
}

type Page = z.output<typeof PageSchema>;
const PageSchema = z.object({
  has_more: z.boolean(),
  data: z.array(z.object({
    id: z.string().min(1).max(200),
    to: z.array(z.string()),
    subject: z.string(),
    created_at: z.string().refine((text) => !Number.isNaN(Date.parse(text)), "is not a time"),
  })),
});
