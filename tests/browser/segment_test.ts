import { deepStrictEqual } from "node:assert/strict";
import type { AnalyticsBrowser } from "@segment/analytics-next";
import { openPage } from "../helpers/browser/chromium.ts";
import { serveSite } from "../helpers/browser/site.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

/** What the page's script has: Segment's library as a <script> brings it. */
declare const AnalyticsNext: { AnalyticsBrowser: typeof AnalyticsBrowser };

// The package's entry is dist/cjs/index.js.
const script = new URL("../umd/index.js", import.meta.resolve("@segment/analytics-next"));
// What says that it is a headless browser is taken for a bot.
const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const { host } = new URL(testEnv("TEST_URL"));

Deno.test("Segment's library in a page of another origin tracks with a publishable key, and from no other page", async (t) => {
  const { id: orgId } = await newOrganization();
  const files = {
    "index.html": '<!doctype html><title>A shop</title><link rel="icon" href="data:,">' +
      '<script src="analytics.js"></script>',
    "analytics.js": script,
  };
  await using shop = serveSite(files);
  await using other = serveSite(files);
  const { key } = await newKey(orgId, {
    scopes: ["ingest"],
    publishable: true,
    origins: [shop.origin],
  });

  await t.step("the page that the key is for", async () => {
    await using opened = await openPage(shop.origin, { userAgent });
    deepStrictEqual(await track(opened.page, key), { status: 200, accepted: 1 });
    deepStrictEqual(opened.errors, []);
  });
  await t.step("a page of somebody else", async () => {
    await using opened = await openPage(other.origin, { userAgent });
    deepStrictEqual(await track(opened.page, key), { status: 403, accepted: undefined });
  });
  const stored = await sql(
    `select n.name from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid`,
    orgId,
  );
  deepStrictEqual(stored, [{ name: "Plan Viewed" }]);
});

/** Tracks in a page and tells how the request that the library made was answered. */
function track(page: Awaited<ReturnType<typeof openPage>>["page"], key: string) {
  return page.evaluate(({ key, apiHost }) => {
    const fetched = globalThis.fetch;
    return new Promise<{ status: number; accepted?: number }>((resolve, reject) => {
      globalThis.fetch = async (...request) => {
        const response = await fetched(...request).catch((error: unknown) => {
          reject(error);
          throw error;
        });
        const { accepted } = await response.clone().json();
        resolve({ status: response.status, accepted });
        return response;
      };
      const settings = { apiKey: key, apiHost, protocol: "http" as const };
      const analytics = AnalyticsNext.AnalyticsBrowser.load(
        { writeKey: key, cdnSettings: { integrations: { "Segment.io": settings } } },
        { disableClientPersistence: true },
      );
      analytics.track("Plan Viewed", { plan: "pro" }).catch(reject);
    });
  }, { key, apiHost: `${host}/functions/v1/track/v1` });
}
