import assert from "node:assert/strict";
import { callsOfJobs, textsBelow } from "../helpers/inputs/scheduled_calls.ts";
import openapi from "../../supabase/functions/docs/openapi.json" with { type: "json" };

const calledRoutes = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.values<{ "x-access": string[] }>(item)
    .filter((operation) => operation["x-access"].includes("cron"))
    .map(() => path.slice("/v1".length))
);

Deno.test("what jobs call and what lets pg_cron in are the same routes", async () => {
  const called = new Set((await callsOfJobs()).map(({ path }) => path));
  assert.deepStrictEqual([...called].sort(), calledRoutes.sort());
  assert.ok(called.size >= 4);
});

Deno.test("only private.call_function() posts, and gives the answer five seconds at most", async () => {
  const posts = (await textsBelow()).flatMap((text) =>
    [...text.matchAll(/net\.http_\w+\([^;]*/g)].map(([post]) => post)
  );
  assert.strictEqual(posts.length, 1);
  const milliseconds = /timeout_milliseconds := (\d+)/.exec(posts[0] ?? "")?.[1];
  assert.ok(Number(milliseconds) <= 5_000);
});
