import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";

interface Taken {
  granted: number;
  remaining: number;
  seconds: number;
}

/** Takes from a bucket as the functions do: through the data API, with the secret key. */
async function take(bucket: string, limit: number, seconds: number, tokens = 1): Promise<Taken> {
  const response = await fetch(`${testEnv("TEST_URL")}/rest/v1/rpc/take_rate_limit`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_SECRET_KEY"), "content-type": "application/json" },
    body: JSON.stringify({
      p_bucket: bucket,
      p_limit: limit,
      p_window_seconds: seconds,
      p_tokens: tokens,
    }),
  });
  assert.strictEqual(response.status, 200);
  return await response.json();
}

const newBucket = () => `test:${crypto.randomUUID()}`;

Deno.test("50 takes at once from a bucket of 10 are granted exactly 10", async () => {
  const bucket = newBucket();
  const taken = await Promise.all(Array.from({ length: 50 }, () => take(bucket, 10, 36_000)));
  const granted = taken.reduce((sum, one) => sum + one.granted, 0);
  assert.strictEqual(granted, 10);
  const left = taken.filter((one) => one.granted === 1).map((one) => one.remaining).sort();
  assert.deepStrictEqual(left, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("a lot is granted in part when the bucket has less", async () => {
  const bucket = newBucket();
  const lots = [await take(bucket, 10, 36_000, 7), await take(bucket, 10, 36_000, 7)];
  assert.deepStrictEqual(lots.map(({ granted, remaining }) => [granted, remaining]), [
    [7, 3],
    [3, 0],
  ]);
});

Deno.test("an empty bucket says when there is one more, and has it then", async () => {
  const bucket = newBucket();
  // 10 in 1,000 s: one each 100 s.
  await take(bucket, 10, 1000, 10);
  const refused = await take(bucket, 10, 1000);
  assert.deepStrictEqual([refused.granted, refused.remaining], [0, 0]);
  assert.ok(refused.seconds > 90 && refused.seconds <= 100, `${refused.seconds} s`);
  await sql(
    "update private.rate_limits set full_at = full_at - interval '100 seconds' where bucket = $1",
    bucket,
  );
  assert.deepStrictEqual((await take(bucket, 10, 1000)).granted, 1);
  assert.deepStrictEqual((await take(bucket, 10, 1000)).granted, 0);
});

Deno.test("taking none only looks, and taking fewer than none gives back", async () => {
  const bucket = newBucket();
  assert.strictEqual((await take(bucket, 3, 1000, 0)).remaining, 3);
  await take(bucket, 3, 1000, 2);
  assert.strictEqual((await take(bucket, 3, 1000, 0)).remaining, 1);
  assert.strictEqual((await take(bucket, 3, 1000, -1)).remaining, 2);
  assert.strictEqual((await take(bucket, 3, 1000, -3)).remaining, 3, "no more than it holds");
});

Deno.test("one bucket does not empty another", async () => {
  const [mine, theirs] = [newBucket(), newBucket()];
  await take(mine, 2, 1000, 2);
  assert.strictEqual((await take(mine, 2, 1000)).granted, 0);
  assert.strictEqual((await take(theirs, 2, 1000)).granted, 1);
});
