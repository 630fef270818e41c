import { anonymousClient } from "../database/db.ts";
import { env } from "./env.ts";
import { Problem } from "./problem.ts";

/** Whether a credential has the shape of a JSON Web Token. */
export function looksLikeJwt(credential: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(credential);
}

/**
 * The id in `auth.users` of the person an access token belongs to. The signature is checked against the project's keys
 * when they are asymmetric, by the auth server itself when they are not; then issuer, audience, expiry and type.
 * @throws Problem 401 that says what is wrong, 503 when the auth server cannot be asked.
 */
export async function verifyUserToken(token: string): Promise<string> {
  const { data, error } = await anonymousClient().auth.getClaims(token)
    .catch((cause: unknown) => ({ data: null, error: cause }));
  if (error || !data) {
    if (isUnreachable(error)) {
      throw new Problem("not_ready", "Sign-in cannot be checked right now", { cause: error });
    }
    throw isExpired(token)
      ? new Problem("expired_token", "The access token has expired")
      : new Problem("invalid_token", "The access token is not valid");
  }
  return subjectOf(data.header, data.claims, {
    issuer: env().AUTH_ISSUER,
    now: Date.now() / 1000,
  });
}

/** The claims this looks at; anything may be missing or of another type. */
interface Claims {
  [name: string]: unknown;
}

/**
 * The subject of a token whose signature holds, if it is an access token of a signed-in person of this project.
 * @throws Problem 401 `wrong_issuer`, `wrong_audience`, `expired_token` or `invalid_token`.
 */
export function subjectOf(
  header: { typ?: unknown },
  claims: Claims,
  expected: { issuer: string; now: number },
): string {
  const audiences = Array.isArray(claims["aud"]) ? claims["aud"] : [claims["aud"]];
  if (header.typ !== "JWT") throw new Problem("invalid_token", "The token is not an access token");
  if (claims["iss"] !== expected.issuer) {
    throw new Problem("wrong_issuer", "The access token is from another project");
  }
  if (!audiences.includes("authenticated")) {
    throw new Problem("wrong_audience", "The access token is for another audience");
  }
  if (typeof claims["exp"] !== "number" || claims["exp"] <= expected.now) {
    throw new Problem("expired_token", "The access token has expired");
  }
  if (claims["role"] !== "authenticated" || typeof claims["sub"] !== "string") {
    throw new Problem("invalid_token", "The access token is not one of a signed-in person");
  }
  return claims["sub"];
}

/** Only to choose between two ways of saying no: the token has failed verification already. */
function isExpired(token: string): boolean {
  try {
    const payload: unknown = JSON.parse(
      atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    );
    return typeof payload === "object" && payload !== null && "exp" in payload &&
      typeof payload.exp === "number" && payload.exp < Date.now() / 1000;
  } catch {
    return false;
  }
}

/** supabase-js says so when the auth server did not answer or failed itself. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "AuthRetryableFetchError") return true;
  return "status" in error && typeof error.status === "number" && error.status >= 500;
}
