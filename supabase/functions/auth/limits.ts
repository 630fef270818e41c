import type { Context, MiddlewareHandler } from "hono";
import { createHash } from "node:crypto";
import { type AppEnv, clientAddress } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import { rateLimitHeaders, ratePolicy, spendExactly } from "../_shared/http/rate_limit.ts";

/** What is limited, by the name of its buckets. */
type Limited = "sign_in" | "refresh" | "register" | "password_reset";

/** Counts every request against the address it comes from, valid or not. */
export function limitedByAddress(what: Limited): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { RATE_LIMIT_SIGN_IN, RATE_LIMIT_REGISTER } = env();
    const rate = what === "sign_in" || what === "refresh"
      ? RATE_LIMIT_SIGN_IN
      : RATE_LIMIT_REGISTER;
    await spendOf(c, what, `ip:${clientAddress(c)}`, rate);
    await next();
  };
}

/** Counts a request against the account it is about, whoever asks; an account that does not exist has its bucket too. */
export async function spendOfAccount(
  c: Context<AppEnv>,
  what: Limited,
  login: string,
): Promise<void> {
  const hash = createHash("sha256").update(login.toLowerCase()).digest("hex").slice(0, 32);
  await spendOf(c, `${what}_account`, hash, env().RATE_LIMIT_SIGN_IN_ACCOUNT);
}

/** The headers are set before the answer is made, so that an answer that refuses carries them as well. */
async function spendOf(
  c: Context<AppEnv>,
  what: string,
  whose: string,
  rate: string,
): Promise<void> {
  try {
    const state = await spendExactly(`${what}:${whose}`, ratePolicy(what, rate));
    for (const [name, value] of Object.entries(rateLimitHeaders(state))) {
      c.header(name, value, { append: true });
    }
  } catch (error) {
    // Headers that are set already win over those of the problem, which speak of the limit that was exceeded.
    for (const name of ["ratelimit", "ratelimit-policy"]) c.header(name, undefined);
    throw error;
  }
}
