import { createInstance, Identify } from "@amplitude/analytics-node";
import { jitsuAnalytics } from "@jitsu/js";
import { OpenPanel } from "@openpanel/sdk";
import {
  buildPageView,
  buildSelfDescribingEvent,
  buildStructEvent,
  newTracker,
} from "@snowplow/node-tracker";
import { Umami } from "@umami/node";
import Mixpanel from "mixpanel";
import assert from "node:assert/strict";
import { PostHog } from "posthog-node";
import { type Fault, faults, startFaultyProxy } from "../helpers/analytics/faulty_proxy.ts";
import { testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

async function writeKey(): Promise<{ orgId: string; key: string }> {
  const { id: orgId } = await newOrganization({ timeZone: "UTC" });
  const { key } = await newKey(orgId, { scopes: ["ingest"] });
  return { orgId, key };
}

/** [name, ids of the person, properties] of each event, by name. */
async function events(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select n.name, (select string_agg(k.key, ' ' order by k.key) from public.person_keys k where k.person_id = e.person_id) as ids,
       e.properties
     from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid order by 1, e.occurred_at`,
    orgId,
  );
  return rows.map(Object.values);
}

/** [ids, traits] of each person. */
async function persons(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select (select string_agg(k.key, ' ' order by k.key) from public.person_keys k where k.person_id = p.id) as ids, p.traits
     from public.persons p where p.org_id = $1::uuid order by 1`,
    orgId,
  );
  return rows.map(Object.values);
}

const outcomes = (posts: [string, string][]) => posts.map(([, outcome]) => outcome);

Deno.test("posthog-node delivers events and what it says of persons, each once under 503, 429 and cut connections", async () => {
  const { orgId, key } = await writeKey();
  await using proxy = await startFaultyProxy(faults, (path) => path.includes("/batch"));
  const client = new PostHog(key, {
    host: `${proxy.url}/functions/v1/track/posthog`,
    fetchRetryDelay: 10,
    fetchRetryCount: 10,
    flushAt: 100,
    flushInterval: 600_000,
  });
  client.capture({
    distinctId: "ada",
    event: "paid",
    timestamp: new Date(Date.now() - 3_600_000),
    properties: { plan: "pro", $set: { seats: 3 }, $set_once: { first: "a" } },
  });
  client.capture({ distinctId: "ada", event: "paid", properties: { $set_once: { first: "b" } } });
  client.identify({ distinctId: "ada", properties: { email: "ada@example.test", age: 36 } });
  client.alias({ distinctId: "ada", alias: "ada-before" });
  client.groupIdentify({
    groupType: "company",
    groupKey: "acme",
    distinctId: "ada",
    properties: { size: 9 },
  });
  await client.shutdown();
  assert.deepStrictEqual(outcomes(proxy.posts), [...faults, "200"]);
  const ids = "a:ada-before u:ada u:ada-before";
  const found = await events(orgId);
  assert.deepStrictEqual(found.map(([name, whose]) => [name, whose]), [["paid", ids], [
    "paid",
    ids,
  ]]);
  assert.strictEqual((found[0]?.[2] as Record<string, unknown>)["plan"], "pro");
  const known = {
    seats: 3,
    first: "a",
    email: "ada@example.test",
    age: 36,
    $groups: { "company:acme": { size: 9 } },
  };
  assert.deepStrictEqual(await persons(orgId), [[ids, known]]);
});

Deno.test("what posthog-js sends as a page closes is a form in base64, or gzip that no header names", async () => {
  const { orgId, key } = await writeKey();
  const body = (event: string) => ({
    api_key: key,
    batch: [{
      uuid: crypto.randomUUID(),
      event,
      properties: { distinct_id: "ada", city: "Zürich" },
    }],
  });
  const bytes = new TextEncoder().encode(JSON.stringify(body("left")));
  const base64 = encodeURIComponent(btoa(String.fromCharCode(...bytes)));
  const form = "application/x-www-form-urlencoded";
  const post = async (query: string, type: string, sent: BodyInit) => {
    const url = `${testEnv("TEST_URL")}/functions/v1/track/posthog/e/?${query}`;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": type },
      body: sent,
    });
    assert.deepStrictEqual([answer.status, await answer.json()], [200, { status: 1 }]);
  };
  await post("compression=base64", form, `data=${base64}`);
  const packed = new Blob([JSON.stringify(body("read"))]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  await post("compression=gzip-js", "text/plain", await new Response(packed).arrayBuffer());
  assert.deepStrictEqual(await events(orgId), [
    ["left", "u:ada", { city: "Zürich" }],
    ["read", "u:ada", { city: "Zürich" }],
  ]);
});

Deno.test("@amplitude/analytics-node delivers events and user properties, each once under 503 and 429", async () => {
  const { orgId, key } = await writeKey();
  // A connection that is cut before any answer it takes for the end, and drops what it had.
  await using proxy = await startFaultyProxy(["503", "429", "503"]);
  const client = createInstance();
  await client.init(key, {
    serverUrl: `${proxy.url}/functions/v1/track/amplitude/2/httpapi`,
    flushIntervalMillis: 10,
    logLevel: 0,
  }).promise;
  const user = { user_id: "ada-1", device_id: "phone" };
  const identify = new Identify().set("plan", "pro").setOnce("first", "a");
  const results = await Promise.all([
    client.track("paid", { n: 1 }, user).promise,
    client.track("paid", { n: 2 }, user).promise,
    client.identify(identify, user).promise,
    client.setGroup("company", "acme", user).promise,
  ]);
  assert.deepStrictEqual(results.map(({ code }) => code), [200, 200, 200, 200]);
  assert.deepStrictEqual(outcomes(proxy.posts), ["503", "429", "503", "200"]);
  const ids = "a:phone u:ada-1";
  assert.deepStrictEqual(await events(orgId), [["paid", ids, { n: 1 }], ["paid", ids, { n: 2 }]]);
  const [[whose, traits] = []] = await persons(orgId);
  assert.deepStrictEqual([whose, (traits as Record<string, unknown>)["plan"]], [ids, "pro"]);
});

/** mixpanel-node sends nothing again: its callers do, after an error. */
async function insist(send: (done: (error?: Error) => void) => void): Promise<void> {
  for (;;) {
    const error = await new Promise<Error | undefined>((resolve) => send(resolve));
    if (error === undefined) return;
  }
}

Deno.test("mixpanel delivers events, imports and profiles, each once under 503, 429 and cut connections", async () => {
  const { orgId, key } = await writeKey();
  // Its single events are GETs, which the proxy lets pass.
  await using proxy = await startFaultyProxy([...faults, ...faults]);
  const { hostname, port } = new URL(proxy.url);
  const config = {
    host: hostname,
    port: Number(port),
    protocol: "http",
    path: "/functions/v1/track/mixpanel",
    key: "unused",
  };
  const client = Mixpanel.init(key, config as Partial<Mixpanel.InitConfig>);
  const time = Math.floor(Date.now() / 1000) - 3600;
  const batch = ["a", "b"].map((id) => ({
    event: "paid",
    properties: { distinct_id: "ada", $device_id: "phone", $insert_id: id, time, plan: "pro" },
  }));
  await insist((done) => client.track_batch(batch, (errors) => done(errors?.[0])));
  await insist((done) => client.import_batch(batch, (errors) => done(errors?.[0])));
  await insist((done) => client.track("seen", { distinct_id: "ada", at: "home" }, done));
  await insist((done) => client.people.set("ada", { age: 36, team: "sales" }, done));
  await insist((done) => client.people.set_once("ada", { team: "none", first: "a" }, done));
  await insist((done) => client.alias("ada", "ada-before", done));
  assert.deepStrictEqual(outcomes(proxy.posts), [...faults, ...faults, "200", "200"]);
  const ids = "a:ada-before a:phone u:ada u:ada-before";
  const found = await events(orgId);
  assert.deepStrictEqual(found.map(([name, whose]) => [name, whose]), [
    ["paid", ids],
    ["paid", ids],
    ["seen", ids],
  ]);
  assert.deepStrictEqual(found[0]?.[2], { plan: "pro" });
  assert.deepStrictEqual(await persons(orgId), [[ids, { age: 36, team: "sales", first: "a" }]]);
});

Deno.test("@jitsu/js delivers every kind of message, and is told of what it lost", async () => {
  const { orgId, key } = await writeKey();
  const toCome: Fault[] = ["503"];
  await using proxy = await startFaultyProxy(toCome);
  const lost: string[] = [];
  const client = jitsuAnalytics({
    host: `${proxy.url}/functions/v1/track/jitsu`,
    // It wants a colon in a key.
    writeKey: `shop:${key}`,
    errorPolicy: (message: string) => lost.push(message),
  });
  // It sends nothing again, and each call of it is another event.
  await client.track("Paid", { n: 1 });
  assert.match(lost.splice(0).join(), /503/);
  await client.track("Paid", { n: 1 });
  await client.identify("ada", { plan: "pro" });
  await client.page("/docs/1");
  assert.deepStrictEqual(lost, []);
  const found = await events(orgId);
  assert.deepStrictEqual(found.map(([name]) => name), ["Loaded a Page", "Paid"]);
  assert.strictEqual(new Set(found.map(([, ids]) => ids)).size, 1, "all are Ada's");
  assert.match(String(found[0]?.[1]), /u:ada/);
});

Deno.test("@snowplow/node-tracker delivers every kind of event, each once under 503, 429 and cut connections", async () => {
  const { orgId, key } = await writeKey();
  await using proxy = await startFaultyProxy(faults);
  const { hostname, port } = new URL(proxy.url);
  let isSent = false;
  const tracker = newTracker({ namespace: "tests", appId: key }, {
    endpoint: hostname,
    port: Number(port),
    protocol: "http",
    postPath: "/functions/v1/track/snowplow/com.snowplowanalytics.snowplow/tp2",
    bufferSize: 3,
    onRequestSuccess: () => isSent = true,
  });
  tracker.setUserId("ada");
  tracker.setDomainUserId("phone");
  tracker.track(buildPageView({ pageUrl: "https://shop.example.test/", pageTitle: "Shop" }));
  tracker.track(buildStructEvent({ category: "cart", action: "added", value: 3 }));
  const event = { schema: "iglu:com.acme/export_clicked/jsonschema/1-0-0", data: { n: 1 } };
  tracker.track(buildSelfDescribingEvent({ event }));
  // What failed waits for the next flush, which is another event's or its caller's.
  while (!isSent) {
    await tracker.flush();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepStrictEqual(outcomes(proxy.posts), [...faults, "200"]);
  const ids = "a:phone u:ada";
  assert.deepStrictEqual(await events(orgId), [
    ["Loaded a Page", ids, { url: "https://shop.example.test/", title: "Shop" }],
    ["added", ids, { category: "cart", value: "3" }],
    ["export_clicked", ids, { n: 1 }],
  ]);
});

Deno.test("@openpanel/sdk is content with the answer, and sends again what was refused", async () => {
  const { orgId, key } = await writeKey();
  // One whose answer was lost it sends again as another: it gives events no id.
  await using proxy = await startFaultyProxy(["503", "429", "cut before"]);
  const client = new OpenPanel({
    clientId: key,
    apiUrl: `${proxy.url}/functions/v1/track/openpanel`,
  });
  await client.identify({ profileId: "ada", firstName: "Ada", properties: { plan: "pro" } });
  await client.track("paid", { n: 1 });
  await client.setGroup("acme");
  assert.deepStrictEqual(outcomes(proxy.posts), ["503", "429", "cut before", "200", "200", "200"]);
  assert.deepStrictEqual(await events(orgId), [["paid", "u:ada", { n: 1 }]]);
  assert.deepStrictEqual(await persons(orgId), [[
    "u:ada",
    { plan: "pro", firstName: "Ada", $groups: { acme: {} } },
  ]]);
});

Deno.test("@umami/node delivers page views, events and who somebody is", async () => {
  const { orgId, key } = await writeKey();
  await using proxy = await startFaultyProxy([]);
  const client = new Umami({
    hostUrl: `${proxy.url}/functions/v1/track/umami`,
    websiteId: key,
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  });
  await client.track({ url: "/docs/1", title: "Docs", id: "ada" } as Parameters<Umami["track"]>[0]);
  await client.track("paid", { n: 1 });
  assert.deepStrictEqual(outcomes(proxy.posts), ["200", "200"]);
  assert.deepStrictEqual(await events(orgId), [
    ["Loaded a Page", "u:ada", { url: "/docs/1", title: "Docs" }],
    ["paid", null, { n: 1 }],
  ]);
});
