import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import assert from "node:assert/strict";
import { faults, startFaultyProxy } from "../helpers/analytics/faulty_proxy.ts";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

async function writeKey(): Promise<{ orgId: string; key: string }> {
  const { id: orgId } = await newOrganization();
  const { key } = await newKey(orgId, { scopes: ["ingest"] });
  return { orgId, key };
}

/** [name, ids of the person, time, properties] of each event, by time. */
async function events(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select n.name, (select string_agg(k.key, ' ' order by k.key) from public.person_keys k where k.person_id = e.person_id) as ids,
       to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as time, e.properties
     from public.events e join public.event_names n on n.id = e.name_id where e.org_id = $1::uuid order by e.occurred_at, 1`,
    orgId,
  );
  return rows.map(Object.values);
}

/** A time so many hours ago, on the second. */
function hoursAgo(hours: number): string {
  return `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
}

/** RudderStack's library for Node, which has sent everything when this resolves. */
async function send(
  key: string,
  url: string,
  speak: (client: RudderAnalytics) => void,
): Promise<void> {
  const client = new RudderAnalytics(key, {
    dataPlaneUrl: `${url}/functions/v1/track`,
    flushInterval: 60_000,
    flushAt: 100,
    retryCount: 5,
    axiosRetryConfig: { retryDelay: () => 1 },
    logLevel: "none",
  });
  // The first message is sent at once, and alone.
  speak(client);
  await client.flush();
  await client.flush();
}

Deno.test("@rudderstack/rudder-sdk-node delivers every kind of message, each once under 503, 429 and cut connections", async () => {
  const { orgId, key } = await writeKey();
  await using proxy = await startFaultyProxy(faults);
  const [early, late] = [hoursAgo(3), hoursAgo(2)];
  await send(key, proxy.url, (client) => {
    client.track({ userId: "ada", event: "Paid", timestamp: new Date(late), properties: { n: 1 } });
    // Its types forget that it keeps what a caller says.
    const seen = { anonymousId: "phone", event: "Seen", originalTimestamp: new Date(early) };
    client.track(seen);
    client.identify({ userId: "ada", anonymousId: "phone", traits: { plan: "pro", age: 36 } });
    client.page({ userId: "ada", name: "/docs/1", timestamp: new Date(late) });
    client.group({ userId: "ada", groupId: "acme", traits: { seats: 3 } });
    client.alias({ userId: "ada", previousId: "ada-before" });
  });
  assert.deepStrictEqual(proxy.posts.map(([, outcome]) => outcome), [...faults, "200", "200"]);
  const ids = "a:ada-before a:phone u:ada u:ada-before";
  assert.deepStrictEqual(await events(orgId), [
    ["Seen", ids, early, null],
    ["Loaded a Page", ids, late, { name: "/docs/1" }],
    ["Paid", ids, late, { n: 1 }],
  ]);
  const [person] = await sql<{ traits: unknown }>(
    "select traits from public.persons where org_id = $1::uuid",
    orgId,
  );
  const traits = { plan: "pro", age: 36, $groups: { acme: { seats: 3 } } };
  assert.deepStrictEqual(person?.traits, traits);
});

Deno.test("a retry that repeats the time of the first try moves no event", async () => {
  const { orgId, key } = await writeKey();
  const minutesAgo = (minutes: number) => hoursAgo(minutes / 60);
  const batch = (event: string, minutes: number) => ({
    sentAt: minutesAgo(minutes),
    batch: [{
      type: "track",
      event,
      userId: "1",
      messageId: event,
      originalTimestamp: minutesAgo(minutes),
      context: { library: { name: "analytics-node", version: "3.0.13" } },
    }],
  });
  const headers = { authorization: `Basic ${btoa(`${key}:`)}` };
  // What happened first arrives last, after an outage of ten minutes.
  const bodies = [batch("second", 2), batch("first", 10)];
  for (const body of bodies) {
    const answer = await api("/track/v1/batch", { method: "POST", headers, body });
    assert.strictEqual(answer.body["accepted"], 1, answer.text);
  }
  assert.deepStrictEqual((await events(orgId)).map(([name, , time]) => [name, time]), [
    ["first", bodies[1]?.sentAt],
    ["second", bodies[0]?.sentAt],
  ]);
});
