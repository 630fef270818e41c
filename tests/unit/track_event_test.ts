import assert from "node:assert/strict";
import { isBot } from "../../supabase/functions/track/bots.ts";
import { clockSkew, eventTime } from "../../supabase/functions/track/clock.ts";
import type { Circumstances } from "../../supabase/functions/track/types.ts";
import { eventKey } from "../../supabase/functions/track/identity.ts";
import { judgeNative } from "../../supabase/functions/track/native.ts";
import { judgeSegment } from "../../supabase/functions/track/formats/segment.ts";

const now = Date.parse("2026-11-16T12:00:00Z");
const circumstances: Circumstances = { now, skew: 0, isOwn: false, idFor: (i) => `id ${i}` };

const skews: [string, unknown, number][] = [
  ["nothing", undefined, 0],
  ["no time", "yesterday", 0],
  ["the time of arrival", "2026-11-16T12:00:00Z", 0],
  ["59.999 s before: the way here", "2026-11-16T11:59:00.001Z", 0],
  ["60 s before", "2026-11-16T11:59:00Z", 60_000],
  ["an hour ahead, in another zone", "2026-11-16T14:00:00+01:00", -3_600_000],
];

Deno.test("clockSkew() is what the sender's clock is behind", () => {
  for (const [what, sentAt, expected] of skews) {
    assert.strictEqual(clockSkew(sentAt, now), expected, what);
  }
});

const minute = 60_000;
const times: [unknown, number, unknown][] = [
  [undefined, 0, {
    sent: "1970-01-01T00:00:00.000Z",
    at: "2026-11-16T12:00:00.000Z",
    clamped: false,
  }],
  ["2026-11-16T10:00:00.5Z", 0, {
    sent: "2026-11-16T10:00:00.500Z",
    at: "2026-11-16T10:00:00.500Z",
    clamped: false,
  }],
  ["2026-11-16T10:00:00+02:00", 30 * minute, {
    sent: "2026-11-16T08:00:00.000Z",
    at: "2026-11-16T08:30:00.000Z",
    clamped: false,
  }],
  ["2026-11-17T12:00:00Z", 0, {
    sent: "2026-11-17T12:00:00.000Z",
    at: "2026-11-17T12:00:00.000Z",
    clamped: false,
  }],
  ["2026-11-17T12:00:00.001Z", 0, {
    sent: "2026-11-17T12:00:00.001Z",
    at: "2026-11-16T12:00:00.000Z",
    clamped: true,
  }],
  ["2024-02-29T00:00:00Z", 0, {
    sent: "2024-02-29T00:00:00.000Z",
    at: "2024-02-29T00:00:00.000Z",
    clamped: false,
  }],
  ["2026-02-29T00:00:00Z", 0, "invalid_time"],
  ["2026-11-16T24:30:00Z", 0, "invalid_time"],
  ["2026-13-01T00:00:00Z", 0, "invalid_time"],
  ["2026-11-16", 0, "invalid_time"],
  ["1969-12-31T23:59:59Z", 0, "invalid_time"],
  ["2016-11-01T00:00:00Z", 0, "too_old"],
];

Deno.test("eventTime() keeps the client's time as identity and counts the corrected one", () => {
  for (const [given, skew, expected] of times) {
    assert.deepStrictEqual(eventTime(given, { now, skew }), expected, String(given));
  }
});

Deno.test("eventKey() is a UUID: the id itself, or one that only this id has", () => {
  const id = "0198F6C2-9d5e-7c1a-b3d4-6f2a1b3c4d5e";
  assert.strictEqual(eventKey(id), id.toLowerCase());
  // sha256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 …, FIPS 180-2, B.1
  assert.strictEqual(eventKey("abc"), "ba7816bf-8f01-8fea-8141-40de5dae2223");
  const keys = Array.from({ length: 1000 }, (_, i) => eventKey(`${i}`));
  assert.strictEqual(new Set(keys).size, 1000);
});

Deno.test("judgeNative() takes an event apart", () => {
  const event = {
    event: " a ",
    user_id: "1",
    anonymous_id: "2",
    properties: { code: "x", path: "y", message: "z" },
  };
  assert.deepStrictEqual(judgeNative(event, 3, circumstances), {
    key: eventKey("id 3"),
    sent: "1970-01-01T00:00:00.000Z",
    at: "2026-11-16T12:00:00.000Z",
    name: "a",
    person: "u:1",
    properties: { code: "x", path: "y", message: "z" },
  });
});

const people: [Record<string, unknown>, boolean, string | undefined][] = [
  [{}, false, undefined],
  [{ user_id: null, anonymous_id: "" }, false, undefined],
  [{ anonymous_id: "b" }, false, "a:b"],
  [{ user_id: "", anonymous_id: "b" }, false, "a:b"],
  [{ user_id: "u", anonymous_id: "b" }, true, "u:u"],
  [{ anonymous_id: "b" }, true, "me"],
  [{}, true, "me"],
];

Deno.test("judgeNative() finds whose an event is", () => {
  for (const [ids, isOwn, expected] of people) {
    const judged = judgeNative({ event: "a", ...ids }, 0, { ...circumstances, isOwn });
    assert.strictEqual(
      "person" in judged ? judged.person : undefined,
      expected,
      JSON.stringify(ids),
    );
  }
});

const names: [Record<string, unknown>, string][] = [
  [{ type: "track", event: "Paid" }, "Paid"],
  [{ type: "page" }, "Loaded a Page"],
  [{ type: "page", name: "Home" }, "Viewed Home Page"],
  [{ type: "page", category: "Docs", name: "Setup" }, "Viewed Docs Setup Page"],
  [{ type: "screen", name: "Home" }, "Viewed Home Screen"],
];

Deno.test("judgeSegment() names events as Segment does", () => {
  for (const [message, expected] of names) {
    const judged = judgeSegment({ userId: 7, ...message }, 0, circumstances);
    assert.ok("event" in judged, JSON.stringify(message));
    assert.deepStrictEqual([judged.event.name, judged.event.person], [expected, "u:7"]);
  }
});

Deno.test("judgeSegment() leaves the context out of the event's size", () => {
  const context = { page: { title: "x".repeat(40_000) } };
  assert.ok("event" in judgeSegment({ type: "track", event: "a", context }, 0, circumstances));
});

Deno.test("judgeSegment() reads age and gender from traits, if they are any", () => {
  const of = (traits: unknown) => {
    const judged = judgeSegment({ type: "identify", userId: "1", traits }, 0, circumstances);
    assert.ok("change" in judged);
    return [judged.change.age, judged.change.gender];
  };
  assert.deepStrictEqual(of({ age: 30, gender: "F" }), [30, "Female"]);
  assert.deepStrictEqual(of({ age: "thirty", gender: "?" }), [undefined, undefined]);
  assert.deepStrictEqual(of(undefined), [undefined, undefined]);
});

Deno.test("isBot() knows crawlers from browsers, and nobody from nothing", () => {
  assert.strictEqual(
    isBot("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    true,
  );
  assert.strictEqual(
    isBot("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
    false,
  );
  assert.strictEqual(isBot(undefined), false);
  assert.strictEqual(isBot(""), false);
});
