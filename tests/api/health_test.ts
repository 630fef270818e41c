import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/api.ts";

Deno.test("GET /health/liveness answers ok", async () => {
  const answer = await api("/health/liveness");
  assert.strictEqual(answer.status, 200);
  assert.deepStrictEqual(answer.body, { status: "ok" });
});

Deno.test("GET /health/readiness names each check and no host or secret", async () => {
  const answer = await api<{ ready: boolean; checks: Record<string, { status: string }> }>(
    "/health/readiness",
  );
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.ready, true);
  assert.deepStrictEqual(
    Object.entries(answer.body.checks).map(([name, { status }]) => [name, status]),
    [
      ["configuration", "ok"],
      ["database", "ok"],
      ["migrations", "ok"],
      ["auth", "ok"],
      ["cron", "ok"],
    ],
  );
  assert.doesNotMatch(answer.text, /127\.0\.0\.1|localhost|sb_secret|sb_publishable/);
});

Deno.test("an unknown path is a problem", async () => {
  assertProblem(await api("/health/nothing"), 404, "not_found");
});
