import { deepStrictEqual } from "node:assert/strict";
import { openPage } from "../helpers/browser/chromium.ts";
import { serveSite } from "../helpers/browser/site.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";
import { testEnv } from "../helpers/stack/api.ts";

Deno.test("plain fetch in a page of another origin may send what it retries and revalidates with", async (t) => {
  const { orgId, email } = await seedPerson();
  const { key } = await newKey(orgId, { scopes: ["ingest", "read"] });
  const functions = `${testEnv("TEST_URL")}/functions/v1`;
  await using site = serveSite({
    "index.html": '<!doctype html><title>A customer</title><link rel="icon" href="data:,">',
  });
  await using opened = await openPage(site.origin);
  const { page, errors } = opened;

  await t.step("If-None-Match may be sent, and the answer read", async () => {
    const answer = await page.evaluate(async (functions) => {
      const headers = { "if-none-match": '"of-before"', "x-request-id": "from-a-page" };
      const response = await fetch(`${functions}/docs/openapi.json`, { headers });
      return [response.status, response.headers.get("x-request-id")];
    }, functions);
    deepStrictEqual(answer, [200, "from-a-page"]);
  });
  await t.step(
    "Idempotency-Key and X-Retry-Count: the same again is answered from the first time",
    async () => {
      const answers = await page.evaluate(async ({ functions, key, email }) => {
        const post = async (retry: string) => {
          const response = await fetch(`${functions}/metrics/ingest`, {
            method: "POST",
            headers: {
              authorization: `Bearer ${key}`,
              "content-type": "application/json",
              "idempotency-key": "from-a-page",
              "x-retry-count": retry,
            },
            body: JSON.stringify({
              email,
              source_name: "ga4",
              metric_date: "2026-11-12",
              data: { sessions: 5 },
            }),
          });
          return [response.status, response.headers.get("idempotent-replayed")];
        };
        return [await post("0"), await post("1")];
      }, { functions, key, email });
      deepStrictEqual(answers, [[200, null], [200, "true"]]);
    },
  );
  deepStrictEqual(errors, []);
});
