import { z } from "@hono/zod-openapi";
import { rpc, serviceClient } from "../database/db.ts";
import { causeOf, log } from "./log.ts";
import { Problem } from "./problem.ts";

/** So many requests in so many seconds. */
export interface RatePolicy {
  name: string;
  limit: number;
  window: number;
}

/** Where a bucket stands after a request. */
export interface RateState {
  policy: RatePolicy;
  remaining: number;
  /** Seconds until the bucket is full again or, when nothing is left, until there is one more. */
  seconds: number;
}

/**
 * Takes one request out of a bucket that all isolates share. An isolate takes tokens in small lots and spends them
 * from memory, so that most requests ask the database nothing; the limit is never exceeded, but what an isolate holds
 * unspent (a twentieth of the limit at most, for a few seconds) another cannot use.
 * @throws Problem 429 with Retry-After when the bucket is empty.
 * @returns null when the limiter itself is unreachable: reads go on then.
 */
export async function spend(bucket: string, policy: RatePolicy): Promise<RateState | null> {
  try {
    return await spendLeased(bucket, policy);
  } catch (error) {
    if (error instanceof Problem && error.code === "rate_limited") throw error;
    log("warn", "rate_limiter_unreachable", { cause: causeOf(error) });
    return null;
  }
}

/**
 * Takes one request out of a bucket straight from the database: for sign-in and registration, where every attempt counts.
 * @throws Problem 429 with Retry-After when it is empty, 503 when the limiter is unreachable: sign-in stops then.
 */
export async function spendExactly(bucket: string, policy: RatePolicy): Promise<RateState> {
  const taken = await exactly(bucket, policy, 1);
  if (taken.granted === 0) throw exceeded(policy, taken.seconds);
  return { policy, remaining: taken.remaining, seconds: taken.seconds };
}

/** Where a bucket stands; takes nothing. */
export async function look(bucket: string, policy: RatePolicy): Promise<RateState> {
  const { remaining, seconds } = await exactly(bucket, policy, 0);
  return { policy, remaining, seconds };
}

/** Gives back what was taken, for what turned out not to count. */
export async function giveBack(bucket: string, policy: RatePolicy, tokens = 1): Promise<void> {
  await exactly(bucket, policy, -tokens);
}

/** The response headers of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders({ policy, remaining, seconds }: RateState) {
  return {
    "ratelimit-policy": `"${policy.name}";q=${policy.limit};w=${policy.window}`,
    "ratelimit": `"${policy.name}";r=${remaining};t=${seconds}`,
  };
}

/** Parses `600/60`: requests and seconds. */
export function ratePolicy(name: string, text: string): RatePolicy {
  const [limit = 0, window = 0] = text.split("/").map(Number);
  return { name, limit, window };
}

const TakenSchema = z.object({ granted: z.int(), remaining: z.int(), seconds: z.number() });
type Taken = z.output<typeof TakenSchema>;

interface Lease {
  /** When what is left must be given up, in milliseconds. */
  until: number;
  left: number;
  taken: Taken;
}

const leases = new Map<string, Promise<Lease>>();
const maxLeases = 10_000;

async function spendLeased(bucket: string, policy: RatePolicy): Promise<RateState> {
  for (;;) {
    const pending = leases.get(bucket) ?? lease(bucket, policy);
    leases.set(bucket, pending);
    const held = await pending;
    if (Date.now() < held.until && held.left > 0) {
      held.left--;
      const { remaining, seconds } = held.taken;
      return { policy, remaining: remaining + held.left, seconds };
    }
    if (leases.get(bucket) === pending) leases.delete(bucket);
    // A refusal is remembered for no longer than the requests that were waiting for it.
    if (held.taken.granted === 0) throw exceeded(policy, held.taken.seconds);
  }
}

async function lease(bucket: string, policy: RatePolicy): Promise<Lease> {
  if (leases.size >= maxLeases) leases.clear();
  const lot = Math.max(1, Math.floor(policy.limit / 20));
  try {
    const taken = await take(bucket, policy, lot);
    const lifetime = Math.max(1000, (policy.window * 1000) / 20);
    return { until: Date.now() + lifetime, left: taken.granted, taken };
  } catch (error) {
    leases.delete(bucket);
    throw error;
  }
}

async function exactly(bucket: string, policy: RatePolicy, tokens: number): Promise<Taken> {
  try {
    return await take(bucket, policy, tokens);
  } catch (cause) {
    throw new Problem("not_ready", "Sign-in is not possible right now", { cause });
  }
}

function take(bucket: string, policy: RatePolicy, tokens: number): Promise<Taken> {
  return rpc(serviceClient(), "take_rate_limit", {
    p_bucket: bucket,
    p_limit: policy.limit,
    p_window_seconds: policy.window,
    p_tokens: tokens,
  }, TakenSchema);
}

function exceeded(policy: RatePolicy, seconds: number): Problem {
  return new Problem("rate_limited", `More than ${policy.limit} in ${policy.window} s`, {
    headers: {
      "retry-after": String(Math.max(1, seconds)),
      ...rateLimitHeaders({ policy, remaining: 0, seconds }),
    },
  });
}
