import assert from "node:assert/strict";
import { judgeAmplitude } from "../../supabase/functions/track/formats/amplitude.ts";
import type { JudgeItem } from "../../supabase/functions/track/types.ts";
import { judgeEngage, judgeMixpanel } from "../../supabase/functions/track/formats/mixpanel.ts";
import { judgeOpenpanel } from "../../supabase/functions/track/formats/openpanel.ts";
import { judgePlausible, judgeUmami } from "../../supabase/functions/track/formats/pages.ts";
import { judgeSnowplow } from "../../supabase/functions/track/formats/snowplow.ts";
import { judgePosthog } from "../../supabase/functions/track/formats/posthog.ts";
import type { Circumstances } from "../../supabase/functions/track/types.ts";

const now = Date.parse("2026-11-16T12:00:00Z");
const circumstances: Circumstances = { now, skew: 0, isOwn: false, idFor: (i) => `id ${i}` };

/** What is left of an item, shortly: [event, person, other id] or [change, its fields]. */
function judged(judge: JudgeItem, raw: unknown): unknown[] {
  return judge(raw, 0, circumstances).map((one) => {
    if ("event" in one) {
      const { name, person, other, at, properties } = one.event;
      return [name, person, other, at, properties];
    }
    return "change" in one ? one.change : one.code;
  });
}

const at = "2026-11-16T11:00:00.000Z";
const milliseconds = Date.parse(at);

const cases: [string, JudgeItem, unknown, unknown[]][] = [
  [
    "Amplitude: an event with user properties",
    judgeAmplitude,
    {
      event_type: "paid",
      user_id: 7,
      device_id: "phone",
      time: milliseconds,
      insert_id: "1",
      event_properties: { n: 1 },
      user_properties: { plan: "pro" },
    },
    [["paid", "u:7", "a:phone", at, { n: 1 }], {
      person: "u:7",
      other: "a:phone",
      traits: { plan: "pro" },
      at,
    }],
  ],
  [
    "Amplitude: identify, with what holds once",
    judgeAmplitude,
    {
      event_type: "$identify",
      device_id: "phone",
      user_properties: { $set: { plan: "pro" }, $setOnce: { first: "a" }, $add: { n: 1 } },
    },
    [{ person: "a:phone", traits: { plan: "pro" }, traits_once: { first: "a" } }],
  ],
  [
    "Amplitude: groups",
    judgeAmplitude,
    {
      event_type: "$groupidentify",
      user_id: "ada",
      groups: { company: "acme" },
      group_properties: { $set: { size: 9 } },
    },
    [{ person: "u:ada", group_id: "company:acme", group_traits: { size: 9 } }],
  ],
  ["Amplitude: no name", judgeAmplitude, { user_id: "ada" }, ["name_missing"]],
  [
    "Mixpanel: seconds, and a device",
    judgeMixpanel,
    {
      event: "paid",
      properties: {
        token: "t",
        distinct_id: "$device:phone",
        time: milliseconds / 1000,
        $insert_id: "1",
        plan: "pro",
      },
    },
    [["paid", "a:phone", undefined, at, { plan: "pro" }]],
  ],
  [
    "Mixpanel: a person on a device",
    judgeMixpanel,
    { event: "paid", properties: { distinct_id: "ada", $device_id: "phone", $user_id: "ada" } },
    [["paid", "u:ada", "a:phone", "2026-11-16T12:00:00.000Z", {}]],
  ],
  [
    "Mixpanel: identify",
    judgeMixpanel,
    { event: "$identify", properties: { $identified_id: "ada", $anon_id: "$device:phone" } },
    [{ person: "u:ada", other: "a:phone" }],
  ],
  [
    "Mixpanel: alias",
    judgeMixpanel,
    { event: "$create_alias", properties: { distinct_id: "ada", alias: "ada-before" } },
    [{ person: "u:ada", previous: "ada-before" }],
  ],
  [
    "Mixpanel: a profile",
    judgeEngage,
    { $distinct_id: "ada", $set: { age: 36 }, $set_once: { first: "a" } },
    [{ person: "u:ada", age: 36, traits: { age: 36 }, traits_once: { first: "a" } }],
  ],
  ["Mixpanel: $add", judgeEngage, { $distinct_id: "ada", $add: { n: 1 } }, ["unknown_type"]],
  [
    "PostHog: nobody's, by the browser's own id",
    judgePosthog,
    {
      uuid: "0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e",
      event: "$pageview",
      timestamp: at,
      properties: { distinct_id: "0198", $device_id: "0198", token: "t", path: "/" },
    },
    [["$pageview", "a:0198", undefined, at, { $device_id: "0198", path: "/" }]],
  ],
  [
    "PostHog: somebody's, with traits",
    judgePosthog,
    {
      event: "paid",
      distinct_id: "ada",
      timestamp: at,
      properties: { $device_id: "0198", $set: { plan: "pro" } },
    },
    [["paid", "u:ada", "a:0198", at, { $device_id: "0198" }], {
      person: "u:ada",
      other: "a:0198",
      traits: { plan: "pro" },
      at,
    }],
  ],
  [
    "PostHog: identify",
    judgePosthog,
    {
      event: "$identify",
      distinct_id: "ada",
      properties: { $anon_distinct_id: "0198", $device_id: "0198" },
      $set: { plan: "pro" },
      timestamp: at,
    },
    [{ person: "u:ada", other: "a:0198", traits: { plan: "pro" }, at }],
  ],
  [
    "PostHog: an event of so long ago",
    judgePosthog,
    { event: "a", distinct_id: "ada", offset: 3_600_000 },
    [["a", "u:ada", undefined, at, {}]],
  ],
  [
    "PostHog: a group that is nobody's",
    judgePosthog,
    {
      event: "$groupidentify",
      distinct_id: "$company_acme",
      properties: { $group_type: "company", $group_key: "acme" },
    },
    ["missing_field"],
  ],
  ["no object", judgePosthog, "text", ["not_an_object"]],
  [
    "Plausible: what its script sends",
    judgePlausible,
    { n: "pageview", u: "https://a.test/", d: "key", r: null, w: 1280, p: '{"plan":"pro"}' },
    [["Loaded a Page", undefined, undefined, "2026-11-16T12:00:00.000Z", {
      url: "https://a.test/",
      plan: "pro",
    }]],
  ],
  [
    "Plausible: what its API takes",
    judgePlausible,
    { name: "paid", url: "https://a.test/", domain: "key", props: { plan: "pro" } },
    [["paid", undefined, undefined, "2026-11-16T12:00:00.000Z", {
      url: "https://a.test/",
      plan: "pro",
    }]],
  ],
  [
    "Umami: an event of somebody with an id",
    judgeUmami,
    { type: "event", payload: { website: "key", name: "paid", id: "ada", data: { n: 1 } } },
    [["paid", "u:ada", undefined, "2026-11-16T12:00:00.000Z", { n: 1 }]],
  ],
  ["Umami: who nobody is", judgeUmami, { type: "identify", payload: { data: { n: 1 } } }, [
    "invalid_id",
  ]],
  [
    "OpenPanel: an event that waited",
    judgeOpenpanel,
    { type: "track", payload: { name: "paid", properties: { __timestamp: at, n: 1 } } },
    [["paid", undefined, undefined, at, { n: 1 }]],
  ],
  ["OpenPanel: increment", judgeOpenpanel, { type: "increment", payload: {} }, ["unknown_type"]],
  [
    "Snowplow: a self-describing event in base64",
    judgeSnowplow,
    {
      e: "ue",
      eid: "0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e",
      dtm: String(milliseconds),
      uid: "ada",
      ue_px: btoa(JSON.stringify({
        data: { schema: "iglu:com.acme/paid/jsonschema/1-0-0", data: { n: 1 } },
      })),
    },
    [["paid", "u:ada", undefined, at, { n: 1 }]],
  ],
  ["Snowplow: what cannot be read", judgeSnowplow, { e: "ue", ue_px: "%" }, ["name_missing"]],
];

for (const [what, judge, raw, expected] of cases) {
  Deno.test(`formats: ${what}`, () => {
    assert.deepStrictEqual(judged(judge, raw), expected);
  });
}
