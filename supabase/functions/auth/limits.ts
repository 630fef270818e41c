import type { Context, MiddlewareHandler } from "hono";
import { createHash } from "node:crypto";
import { type AppEnv, clientAddress } from "../_shared/http/auth.ts";
import { env } from "../_shared/http/env.ts";
import {
  giveBack,
  look,
  rateLimitHeaders,
  type RatePolicy,
  ratePolicy,
  spendExactly,
} from "../_shared/http/rate_limit.ts";

/** What is limited, by the name of its buckets. */
type Limited = "sign_in" | "refresh" | "register" | "password_reset" | "confirm";

/** Failures that an account takes from addresses it does not know, as a multiple of what it takes from one. */
const strangersShare = 10;
/** How long an account knows an address that its owner came from, in seconds: 90 days. */
const remembered = 90 * 86_400;

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
  await spendOf(c, `${what}_account`, hashOf(login), env().RATE_LIMIT_SIGN_IN_ACCOUNT);
}

/**
 * The limit of failures to sign in to one account. It counts them for the account and the address they come from, so that nobody
 * locks out an owner who is elsewhere; and those of all addresses that the owner never came from, so that guessing from many
 * has an end. An owner at such an address proves themselves by the code of `POST /auth/reset-password`, and then gets in.
 */
export class SignInLimit {
  private readonly own: Bucket;
  private readonly strangers: Bucket;
  private readonly known: Bucket;

  constructor(private readonly c: Context<AppEnv>, login: string) {
    const { RATE_LIMIT_SIGN_IN_ACCOUNT: rate } = env();
    const [account, address] = [hashOf(login), hashOf(clientAddress(c))];
    const own = ratePolicy("sign_in_account", rate);
    this.own = { name: `sign_in_account:${account}:${address}`, policy: own };
    this.strangers = {
      name: `sign_in_strangers:${account}`,
      policy: { ...own, name: "sign_in_strangers", limit: own.limit * strangersShare },
    };
    this.known = {
      name: `sign_in_known:${account}:${address}`,
      policy: { name: "sign_in_known", limit: 1, window: remembered },
    };
  }

  /**
   * Counts an attempt as the failure that it may be, before it is made: of many at once no more are made than may fail.
   * Answers how to take that back.
   * @throws Problem 429 when there were too many.
   */
  async begin(): Promise<() => Promise<void>> {
    const taken = [this.own];
    await spendBucket(this.c, this.own);
    if (!await this.isKnown()) {
      taken.push(this.strangers);
      await spendBucket(this.c, this.strangers);
    }
    return async () => {
      await Promise.all(taken.map(({ name, policy }) => giveBack(name, policy)));
    };
  }

  /** Notes that the owner comes from this address; by a second proof, failures there are forgotten. */
  async note(proof: "password" | "code"): Promise<void> {
    if (!await this.isKnown()) await spendExactly(this.known.name, this.known.policy);
    if (proof === "code") await giveBack(this.own.name, this.own.policy, this.own.policy.limit);
  }

  private async isKnown(): Promise<boolean> {
    return (await look(this.known.name, this.known.policy)).remaining === 0;
  }
}

/** Takes back what {@link limitedByAddress} counted of a sign-in that succeeded. */
export async function giveBackSignIn(c: Context<AppEnv>): Promise<void> {
  const policy = ratePolicy("sign_in", env().RATE_LIMIT_SIGN_IN);
  await giveBack(`sign_in:ip:${clientAddress(c)}`, policy);
}

interface Bucket {
  name: string;
  policy: RatePolicy;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text.toLowerCase()).digest("hex").slice(0, 32);
}

async function spendOf(
  c: Context<AppEnv>,
  what: string,
  whose: string,
  rate: string,
): Promise<void> {
  await spendBucket(c, { name: `${what}:${whose}`, policy: ratePolicy(what, rate) });
}

/** The headers are set before the answer is made, so that an answer that refuses carries them as well. */
async function spendBucket(c: Context<AppEnv>, { name, policy }: Bucket): Promise<void> {
  try {
    const state = await spendExactly(name, policy);
    for (const [header, value] of Object.entries(rateLimitHeaders(state))) {
      c.header(header, value, { append: true });
    }
  } catch (error) {
    // Headers that are set already win over those of the problem, which speak of the limit that was exceeded.
    for (const header of ["ratelimit", "ratelimit-policy"]) c.header(header, undefined);
    throw error;
  }
}
