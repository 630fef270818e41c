import assert from "node:assert/strict";
import { documentedProblems, untruths } from "../helpers/contract/document.ts";
import { startMoodyApi } from "../helpers/contract/gateway.ts";
import { asking, newCast, refusals, type Refused } from "../helpers/contract/refusals.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { particular } from "./refusal_samples.ts";
import { samples } from "./route_samples.ts";

/** What is documented and not provoked here, and why. */
const unprovoked: Record<string, string> = {
  "GET /v1/health/liveness internal_error": "it asks nothing of anybody",
  "GET /v1/health/readiness internal_error": "what fails is in its answer",
  "GET /v1/docs/openapi.json internal_error": "it asks nothing of anybody",
  "GET /v1/track/v1/projects/{key}/settings internal_error": "it asks nothing of anybody",
  "GET /v1/track/sourceConfig internal_error": "it asks nothing of anybody",
  "POST /v1/track/posthog/flags internal_error": "it asks nothing of anybody",
  "POST /v1/track/posthog/decide internal_error": "it asks nothing of anybody",
  "GET /v1/track/posthog/array/{key}/{file} internal_error": "it asks nothing of anybody",
  "POST /v1/auth/forgot-password internal_error": "what it asks is asked after its answer",
  "POST /v1/auth/confirm user_not_found": "the account would have to be deleted in the middle",
  "POST /v1/dev/seed-user not_found": "in production only: tests/api/production_test.ts",
  "GET /v1/github/user upstream_timeout":
    "GitHub has ten seconds: tests/unit/github_problems_test.ts",
  "GET /v1/github/repos upstream_timeout": "the same",
  "PUT /v1/github/connection upstream_timeout": "the same",
};

Deno.test("every problem that the document names of a route is answered by it as documented", async (t) => {
  const owner = await newPerson();
  const cast = await newCast(owner);
  const served = await startMoodyApi();
  try {
    for (const [route, { valid, invalid }] of Object.entries(samples)) {
      await t.step(route, async () => {
        const one: Refused = {
          route,
          request: await valid(owner),
          invalid: invalid?.request,
          owner,
          cast,
          served,
        };
        for (const { status, code } of documentedProblems(route)) {
          const what = `${route} ${code}`;
          if (what in unprovoked) continue;
          const provoke = particular[what] ?? refusals[code];
          assert.ok(provoke, `nothing provokes ${what}`);
          const answer = await provoke(one);
          assert.deepStrictEqual([answer.status, codeOf(answer) ?? code], [status, code], what);
          assert.deepStrictEqual(untruths(route, answer), [], what);
        }
      });
    }
    await t.step("readiness says what is not there", async () => {
      const route = "GET /v1/health/readiness";
      const answer = await asking("away", { route, request: {}, owner, cast, served }, "nobody");
      assert.strictEqual(answer.status, 503, answer.text);
      assert.deepStrictEqual(untruths(route, answer), []);
    });
  } finally {
    await served.stop();
  }
});

Deno.test("what is not provoked is documented", () => {
  const documented = new Set(
    Object.keys(samples).flatMap((route) =>
      documentedProblems(route).map(({ code }) => `${route} ${code}`)
    ),
  );
  assert.deepStrictEqual(Object.keys(unprovoked).filter((what) => !documented.has(what)), []);
});

/** The code of a problem; OTLP has its own kind. */
function codeOf({ body }: { body: Record<string, unknown> }): string | undefined {
  return typeof body["code"] === "string" ? body["code"] : undefined;
}
