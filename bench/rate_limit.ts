import { ratePolicy, spend } from "../supabase/functions/_shared/http/rate_limit.ts";
import { call, type Figure, type Machine } from "./figure.ts";

const requests = 500;

/**
 * What counting a request against its rate limit costs, next to the request. Both take 500 requests of one caller, one
 * after the other, with the default limit: the limiter's part includes every call it makes to the database.
 */
export async function rateLimit({ stack }: Machine): Promise<Figure[]> {
  await call(stack, "/dev/seed-user?email=limited@bench.test", {});
  const path = "/dashboard/tiles?email=limited@bench.test&start=2025-11-01&end=2025-11-30";
  const request = await mean(() => call(stack, path));
  const policy = ratePolicy("bench", "600/60");
  const limiter = await mean(() => spend("bench:limited", policy));
  return [{
    name: "rate limit ÷ the request it counts",
    ratio: `${(limiter / request * 100).toFixed(1)} %`,
    detail: `${limiter.toFixed(2)} ms of ${request.toFixed(2)} ms, mean of ${requests}`,
  }];
}

async function mean(work: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < 5; round++) await work();
  const started = performance.now();
  for (let round = 0; round < requests; round++) await work();
  return (performance.now() - started) / requests;
}
