import type { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
import type { PostHog } from "posthog-js";
import type { AnalyticsBrowser } from "@segment/analytics-next";
import { deepStrictEqual, match } from "node:assert/strict";
import { type Fault, faults, startFaultyProxy } from "../helpers/analytics/faulty_proxy.ts";
import { openPage } from "../helpers/browser/chromium.ts";
import { serveSite, type Site } from "../helpers/browser/site.ts";
import { sql } from "../helpers/stack/database.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

/** What the pages' scripts have. */
declare const AnalyticsNext: { AnalyticsBrowser: typeof AnalyticsBrowser };
declare const posthog: PostHog;
declare const rudderanalytics: { RudderAnalytics: typeof RudderAnalytics };

const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const track = `${testEnv("TEST_URL")}/functions/v1/track`;

function sitesOf(script: URL): Site {
  return serveSite({
    "index.html": '<!doctype html><title>A customer</title><link rel="icon" href="data:,">' +
      '<script src="client.js"></script>',
    "other.html": '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">',
    "client.js": script,
  });
}

async function pageKey(site: Site): Promise<{ orgId: string; key: string }> {
  const { id: orgId } = await newOrganization();
  const options = { scopes: ["ingest"], publishable: true, origins: [site.origin] };
  return { orgId, key: (await newKey(orgId, options)).key };
}

/** [name, events, ids of user] by name, once there are as many events, or after a minute what there is; ids that libraries make up are left out. */
async function stored(orgId: string, total: number): Promise<unknown[][]> {
  for (let tries = 0;; tries++) {
    const rows = await sql<{ name: string; n: number; users: string }>(
      `select n.name, count(*)::int as n, string_agg(distinct k.key, ' ') as users
       from public.events e join public.event_names n on n.id = e.name_id
       left join public.person_keys k on k.person_id = e.person_id and k.key like 'u:%'
       where e.org_id = $1::uuid group by 1 order by 1`,
      orgId,
    );
    const sum = rows.reduce((whole, { n }) => whole + n, 0);
    if (sum >= total || tries === 600) return rows.map(Object.values);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The person who has a trait, once there is one, or after a minute whoever there is: what is said of persons comes after events. */
async function personWith(orgId: string, trait: string) {
  for (let tries = 0;; tries++) {
    const [person] = await sql<{ traits: Record<string, unknown>; age: number | null }>(
      "select traits, age from public.persons where org_id = $1::uuid order by traits ? $2 desc limit 1",
      orgId,
      trait,
    );
    if (person?.traits[trait] !== undefined || tries === 600) return person;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const segment = new URL("../umd/index.js", import.meta.resolve("@segment/analytics-next"));

Deno.test("@segment/analytics-next needs to know one address, and delivers what comes as the page closes", async () => {
  await using site = sitesOf(segment);
  const { orgId, key } = await pageKey(site);
  await using opened = await openPage(site.origin, { userAgent });
  const { page, errors } = opened;
  await page.evaluate(async ({ key, track }) => {
    const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: track });
    await analytics.identify("ada", { plan: "pro" });
    await analytics.track("Paid", { plan: "pro" });
    await analytics.page("/docs/1");
  }, { key, track });
  deepStrictEqual(await stored(orgId, 2), [["Loaded a Page", 1, "u:ada"], ["Paid", 1, "u:ada"]]);
  deepStrictEqual(errors, []);
});

Deno.test("@segment/analytics-next in a page sends each event once under 503, 429 and cut connections", async () => {
  await using site = sitesOf(segment);
  const { orgId, key } = await pageKey(site);
  await using proxy = await startFaultyProxy(faults);
  await using opened = await openPage(site.origin, { userAgent });
  await opened.page.evaluate(async ({ key, track, host }) => {
    const apiHost = `${host}/functions/v1/track/v1`;
    const analytics = AnalyticsNext.AnalyticsBrowser.load(
      { writeKey: key, cdnURL: track },
      { integrations: { "Segment.io": { apiHost, protocol: "http" } } },
    );
    await Promise.all(["a", "b", "c", "d"].map((name) => analytics.track(name)));
  }, { key, track, host: new URL(proxy.url).host });
  const each = ["a", "b", "c", "d"].map((name) => [name, 1, null]);
  deepStrictEqual(await stored(orgId, 4), each);
  deepStrictEqual(proxy.posts.map(([, outcome]) => outcome).slice(0, 4).sort(), [...faults].sort());
});

const rudder = new URL("../umd/index.js", import.meta.resolve("@rudderstack/analytics-js/bundled"));

Deno.test("@rudderstack/analytics-js in a page sends each event once under 503, 429 and cut connections", async () => {
  await using site = sitesOf(rudder);
  const { orgId, key } = await pageKey(site);
  await using proxy = await startFaultyProxy(faults, (path) => path.endsWith("/v1/track"));
  await using opened = await openPage(site.origin, { userAgent });
  await opened.page.evaluate(({ key, url, configUrl }) => {
    const analytics = new rudderanalytics.RudderAnalytics();
    analytics.load(key, url, { configUrl, queueOptions: { minRetryDelay: 100 } });
    analytics.identify("ada", { plan: "pro", age: 36 });
    for (const name of ["a", "b", "c", "d"]) analytics.track(name);
    analytics.page("/docs/1");
  }, { key, url: `${proxy.url}/functions/v1/track`, configUrl: track });
  deepStrictEqual(await stored(orgId, 5), [
    ["Loaded a Page", 1, "u:ada"],
    ...["a", "b", "c", "d"].map((name) => [name, 1, "u:ada"]),
  ]);
  const person = await personWith(orgId, "plan");
  deepStrictEqual(person, { traits: { plan: "pro", age: 36 }, age: 36 });
});

Deno.test("@rudderstack/analytics-js sends by beacons what it has as the page closes", async () => {
  await using site = sitesOf(rudder);
  const { orgId, key } = await pageKey(site);
  await using proxy = await startFaultyProxy([]);
  await using opened = await openPage(site.origin, { userAgent });
  const { page } = opened;
  await page.evaluate(({ key, url, track }) => {
    const analytics = new rudderanalytics.RudderAnalytics();
    analytics.load(key, url, { configUrl: track, useBeacon: true });
    analytics.track("left");
    return new Promise<void>((resolve) =>
      (analytics as unknown as { ready(then: () => void): void }).ready(resolve)
    );
  }, { key, url: `${proxy.url}/functions/v1/track`, track });
  await page.goto(`${site.origin}/other.html`);
  deepStrictEqual(await stored(orgId, 1), [["left", 1, null]]);
  // The event is stored before its answer has come back this way.
  while (proxy.posts.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  match(proxy.posts[0]?.[0] ?? "", /beacon\/v1\/batch\?writeKey=ll_/);
});

const posthogJs = new URL("array.full.no-external.js", import.meta.resolve("posthog-js"));

Deno.test("posthog-js in a page sends each event once under 503 and cut connections", async () => {
  await using site = sitesOf(posthogJs);
  const { orgId, key } = await pageKey(site);
  // What a 429 refuses it does not send again.
  const toCome: Fault[] = ["503", "cut before", "cut after"];
  await using proxy = await startFaultyProxy(toCome, (path) => /\/(e|i\/v0\/e|batch)\//.test(path));
  await using opened = await openPage(site.origin, { userAgent });
  await opened.page.evaluate(({ key, api_host }) => {
    // It takes a browser that a program drives for a bot.
    const opt_out_useragent_filter = true;
    posthog.init(key, {
      api_host,
      opt_out_useragent_filter,
      autocapture: false,
      capture_pageleave: false,
    });
    posthog.capture("before");
    posthog.identify("ada", { plan: "pro" });
    posthog.capture("paid", { n: 1 });
  }, { key, api_host: `${proxy.url}/functions/v1/track/posthog` });
  deepStrictEqual(await stored(orgId, 3), [
    ["$pageview", 1, "u:ada"],
    ["before", 1, "u:ada"],
    ["paid", 1, "u:ada"],
  ]);
  const person = await personWith(orgId, "plan");
  deepStrictEqual(person?.traits["plan"], "pro");
});
