import { type AuthError, isAuthRetryableFetchError, type Session } from "@supabase/supabase-js";
import type { Context } from "hono";
import { isIP } from "node:net";
import { type AppEnv, clientAddress } from "../_shared/http/auth.ts";
import { clientWithHeaders } from "../_shared/database/db.ts";
import { invalid, Problem } from "../_shared/http/problem.ts";
import type { AuthServer } from "./types.ts";

/** How long Supabase Auth may take for one operation, in milliseconds; supabase-js retries some of them for half a minute. */
const deadline = 10_000;

/**
 * A client of Supabase Auth for one request. It remembers the session that it is given, so it is never shared. With the
 * secret key, because Supabase Auth believes `Sb-Forwarded-For` only then: without it, all people would share one of its own
 * per-address limits.
 */
export function authServer(c: Context<AppEnv>): AuthServer {
  const address = clientAddress(c);
  return clientWithHeaders(isIP(address) ? { "sb-forwarded-for": address } : {}).auth;
}

/**
 * Waits for an operation of Supabase Auth.
 * @throws Problem 503 when it did not answer or failed itself. What it refuses is the caller's to judge.
 */
export async function reach<Result extends { error: AuthError | null }>(
  operation: Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unreachable(new Error("no answer in time"))), deadline);
  });
  try {
    const result = await Promise.race([operation, expired]);
    const { error } = result;
    if (error && (isAuthRetryableFetchError(error) || (error.status ?? 0) >= 500)) {
      throw unreachable(error);
    }
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** What the caller is told of a refusal that is not about their credentials; what nobody foresaw is an internal error. */
export function refusal(error: AuthError): Error {
  if (error.status === 429) {
    return new Problem("rate_limited", "Too many requests or mails just now; try again later", {
      headers: { "retry-after": "60" },
      cause: error,
    });
  }
  switch (error.code) {
    case "weak_password":
      return invalid("password", weakness(error));
    case "email_address_invalid":
    case "email_address_not_authorized":
    case "validation_failed":
      return invalid("email", "is not an address that mail can be sent to");
    case "signup_disabled":
    case "email_provider_disabled":
      return new Problem("forbidden", "Registration is closed");
    default:
      return new Error(`Supabase Auth refused: ${error.code ?? error.status}`, { cause: error });
  }
}

/** Ends the session of an access token; one that has ended already is none to complain about. */
export async function endSession(
  server: AuthServer,
  accessToken: string,
  scope: "local" | "global",
): Promise<void> {
  const { error } = await reach(server.admin.signOut(accessToken, scope));
  const alreadyEnded = [401, 403, 404].includes(error?.status ?? 0) ||
    error?.name === "AuthSessionMissingError";
  if (error && !alreadyEnded) throw refusal(error);
}

/** The session an operation answered, which the types leave open. */
export function sessionOf(data: { session: Session | null }): Session {
  if (data.session === null) throw new Error("Supabase Auth answered no session");
  return data.session;
}

function unreachable(cause: Error): Problem {
  return new Problem("not_ready", "Sign-in is not possible right now", { cause });
}

/** The project may ask more of a password than we do; Supabase Auth names what by a word each. */
function weakness(error: AuthError): string {
  const known: Record<string, string> = {
    length: "is too short",
    characters: "needs more kinds of characters",
    pwned: "is in a list of leaked passwords",
  };
  const reasons: unknown = Reflect.get(error, "reasons");
  const named = Array.isArray(reasons) ? reasons.map((reason) => known[String(reason)]) : [];
  return named.filter(Boolean).join(", ") || "is too weak";
}
