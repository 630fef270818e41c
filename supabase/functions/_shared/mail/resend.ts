import { z } from "@hono/zod-openapi";
import { causeOf } from "../http/log.ts";

/** A mail as the provider takes it. */
export interface Email {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers?: Record<string, string>;
  tags?: { name: string; value: string }[];
}

/**
 * What came of an attempt. `certain` is whether a failure proves that no mail went out; `code` is safe for a log,
 * `error` may repeat what the provider said.
 */
export type Outcome =
  | { kind: "sent"; messageId: string }
  | { kind: "rejected"; certain: boolean; code: string; error: string }
  | {
    kind: "retry";
    certain: boolean;
    code: string;
    error: string;
    retryAfter: number | null;
    rateLimited: boolean;
  };

export interface ResendSettings {
  apiUrl: string;
  apiKey: string;
}

/** How long the provider may take to answer, in milliseconds. */
const timeout = 15_000;

/**
 * Sends one mail through Resend's HTTP API. An attempt whose answer got lost can be repeated with the same key for 24 hours
 * without a second mail. Never throws.
 */
export async function sendEmail(
  idempotencyKey: string,
  email: Email,
  { apiUrl, apiKey }: ResendSettings,
): Promise<Outcome> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${apiUrl}/emails`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "idempotency-key": idempotencyKey,
        "user-agent": "living-lytics",
      },
      body: JSON.stringify({ ...email, to: [email.to] }),
      signal: AbortSignal.timeout(timeout),
      redirect: "error",
    });
    answer = parse(await response.text());
  } catch (error) {
    if (neverConnected(error)) return retry("no_connection", true, "no connection");
    // The mail may have gone out before the connection broke.
    const code = error instanceof Error && error.name === "TimeoutError"
      ? "timeout"
      : "network_error";
    return retry(code, false, code.replace("_", " "));
  }
  return outcomeOf(response.status, answer, response.headers.get("retry-after"), new Date());
}

/** What an answer of the provider means for the mail. */
export function outcomeOf(
  status: number,
  answer: unknown,
  retryAfterHeader: string | null,
  now: Date,
): Outcome {
  if (status >= 200 && status < 300) {
    const accepted = AcceptedSchema.safeParse(answer);
    return accepted.success
      ? { kind: "sent", messageId: accepted.data.id }
      : retry("no_message_id", false, "the answer has no message id");
  }
  const refusal = RefusalSchema.safeParse(answer).data ?? {};
  const name = /^[a-z_]{1,60}$/.exec(refusal.name ?? "")?.[0];
  const code = name ? `${status}_${name}` : String(status);
  const error = [status, name, refusal.message].filter(Boolean).join(" ").slice(0, 300);
  if (status === 429) {
    return {
      ...retry(code, true, error),
      retryAfter: parseRetryAfter(retryAfterHeader, now),
      rateLimited: true,
    };
  }
  // The same key is being worked on by another request, or was used for another mail, which then did go out.
  if (status === 409) {
    return name === "invalid_idempotent_request"
      ? { kind: "rejected", certain: false, code, error }
      : retry(code, false, error);
  }
  // Our key, our domain or our address of the API is wrong: that is repaired, and no fault of this recipient.
  if (mendable.includes(status)) return retry(code, true, error);
  // That a server does not serve now (503) says that it did not; any other may have failed after the mail had gone out.
  if (status >= 500) {
    return {
      ...retry(code, status === 503, error),
      retryAfter: parseRetryAfter(retryAfterHeader, now),
    };
  }
  return { kind: "rejected", certain: true, code, error };
}

/** Seconds that a `Retry-After` header asks for, in either of its forms; null when it is missing or makes no sense. */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}

const mendable = [401, 403, 404, 405, 408];
const AcceptedSchema = z.object({ id: z.string().min(1).max(200) });
const RefusalSchema = z.object({ name: z.string().optional(), message: z.string().optional() });

function retry(code: string, certain: boolean, error: string): Outcome & { kind: "retry" } {
  return { kind: "retry", certain, code, error, retryAfter: null, rateLimited: false };
}

/** Whether a failed `fetch` never got as far as asking: no such host, nobody listens there. */
function neverConnected(error: unknown): boolean {
  return causeOf(error).includes("client error (Connect)");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's error page: the status says what there is to know
  }
}
