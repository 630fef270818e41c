import assert from "node:assert/strict";
import { rateLimitHeaders, ratePolicy } from "../../supabase/functions/_shared/http/rate_limit.ts";

Deno.test("ratePolicy() reads requests and seconds", () => {
  assert.deepStrictEqual(ratePolicy("user", "600/60"), { name: "user", limit: 600, window: 60 });
});

Deno.test("rateLimitHeaders() are structured fields of the RateLimit draft", () => {
  const policy = ratePolicy("sign_in", "30/300");
  assert.deepStrictEqual(rateLimitHeaders({ policy, remaining: 29, seconds: 10 }), {
    "ratelimit-policy": '"sign_in";q=30;w=300',
    "ratelimit": '"sign_in";r=29;t=10',
  });
});
