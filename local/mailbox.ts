import type { EmailDriver, EmailMessage } from "@supabase/lite";

/** Keeps and announces the mails of the auth service instead of delivering them. */
export class Mailbox implements EmailDriver {
  readonly #messages: EmailMessage[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  send(message: EmailMessage): Promise<void> {
    this.#messages.push(message);
    const text = (message.text ?? "").trim().replaceAll(/\s*\n\s*/g, " ");
    this.#log(`Mail to ${message.to} (not delivered): ${message.subject}. ${text}`);
    return Promise.resolve();
  }

  /** The mails to an address, oldest first. */
  to(address: string): EmailMessage[] {
    const wanted = address.toLowerCase();
    return this.#messages.filter((message) => message.to.toLowerCase() === wanted);
  }
}
