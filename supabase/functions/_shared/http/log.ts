/** Fields of one structured log line. Never a token, an e-mail address or a body. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Writes one JSON line to the function's log. */
export function log(level: "info" | "warn" | "error", event: string, fields: LogFields = {}): void {
  const line = JSON.stringify({ level, event, ...fields });
  if (level === "error") console.error(line);
  else console.log(line);
}

/**
 * The chain of messages behind an error, for the log only. Quoted values, e-mail addresses and long opaque strings are
 * masked, because database errors repeat what was sent.
 */
export function causeOf(error: unknown): string {
  const messages: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && messages.length < 5) {
    messages.push(`${current.name}: ${current.message}`);
    current = current.cause;
  }
  if (messages.length === 0) messages.push(typeof error === "string" ? error : "unknown cause");
  return messages.join(" < ")
    .replace(/[^\s"'<>@]+@[^\s"'<>@]+/g, "[email]")
    .replace(/[A-Za-z0-9_\-.+/=]{32,}/g, "[opaque]")
    .slice(0, 1000);
}
