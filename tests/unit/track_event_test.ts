import assert from "node:assert/strict";
import { isBot } from "../../supabase/functions/track/bots.ts";
import { ClockOffsets, eventTime, type Telling } from "../../supabase/functions/track/clock.ts";
import type { Circumstances } from "../../supabase/functions/track/types.ts";
import { eventKey } from "../../supabase/functions/track/identity.ts";
import { readTime } from "../../supabase/functions/track/time.ts";
import { withDigitsKept } from "../../supabase/functions/track/digits.ts";
import { judgeNative } from "../../supabase/functions/track/native.ts";
import { judgeSegment } from "../../supabase/functions/track/formats/segment.ts";

const now = Date.parse("2026-11-16T12:00:00Z");
const circumstances: Circumstances = { now, skew: 0, isOwn: false, idFor: (i) => `id ${i}` };

const minute = 60_000;

const told = (minutes: number, more: Partial<Telling> = {}): Telling => ({
  sentAt: new Date(now - minutes * minute).toISOString(),
  now,
  client: () => "one",
  retryCount: undefined,
  isRenewed: false,
  ...more,
});

Deno.test("ClockOffsets corrects where a request tells its own time, and by no delay", () => {
  const cases: [string, Telling, number][] = [
    ["no time", told(0, { sentAt: undefined }), 0],
    ["a word", told(0, { sentAt: "yesterday" }), 0],
    ["the time of arrival", told(0), 0],
    ["59.999 s before: the way here", told(0, { sentAt: "2026-11-16T11:59:00.001Z" }), 0],
    ["an hour ahead, which no delay makes", told(-60), -60],
    ["5 minutes before: a retry, or a clock that is behind", told(5), 0],
    ["and said to be a first try", told(5, { retryCount: "0" }), 5],
    ["and said to be a further one", told(5, { retryCount: "1" }), 0],
    ["by a library that tells it anew", told(5, { isRenewed: true, retryCount: "1" }), 5],
  ];
  for (const [what, telling, minutes] of cases) {
    // Adding 0 makes one of -0.
    assert.strictEqual(new ClockOffsets().of(telling) + 0, minutes * minute, what);
  }
});

Deno.test("ClockOffsets knows a client by what its other requests told", () => {
  const steps: [string, Telling, number][] = [
    ["nothing is known", told(10), 0],
    ["the same again", told(10), 10],
    ["another client", told(10, { client: () => "two" }), 0],
    ["one that was under way for 3 minutes more", told(13), 10],
    ["a retry", told(13, { retryCount: "2" }), 10],
    ["its clock is set", told(0), 0],
    ["a late request", told(10), 0],
    ["a later one", told(12), 0],
    ["one that is less late", told(2), 0],
    ["the same as the first", told(10), 0],
  ];
  const clocks = new ClockOffsets();
  for (const [what, telling, minutes] of steps) {
    assert.strictEqual(clocks.of(telling), minutes * minute, what);
  }
});

/** What cannot be read is no reason to lose an event. */
const onArrival = {
  sent: "1970-01-01T00:00:00.000Z",
  at: "2026-11-16T12:00:00.000Z",
  clamped: true,
};

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
  ...["2026-02-29T00:00:00Z", "2026-11-16T24:30:00Z", "2026-13-01T00:00:00Z", "16.11.2026"].map((
    unread,
  ): [unknown, number, unknown] => [unread, 0, onArrival]),
  ...["yesterday", true, {}, -5, 12, "1969-12-31T23:59:59Z", "2101-01-01T00:00:00Z"].map((
    unread,
  ): [unknown, number, unknown] => [unread, 30 * minute, onArrival]),
  ["2016-11-01T00:00:00Z", 0, "too_old"],
];

Deno.test("eventTime() keeps the client's time as identity and counts the corrected one", () => {
  for (const [given, skew, expected] of times) {
    assert.deepStrictEqual(eventTime(given, { now, skew }), expected, String(given));
  }
});

const read: [unknown, string | null][] = [
  ["2026-11-16T10:00:00Z", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16T10:00:00+0000", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16T10:00:00-0330", "2026-11-16T13:30:00.000Z"],
  ["2026-11-16T10:00:00+02", "2026-11-16T08:00:00.000Z"],
  ["2026-11-16T10:00Z", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16T10:00", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16T10:00:00", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16 10:00:00.123456", "2026-11-16T10:00:00.123Z"],
  ["2026-11-16", "2026-11-16T00:00:00.000Z"],
  ["2026-11-16T10:00:00,25Z", "2026-11-16T10:00:00.250Z"],
  ["2026-11-16T24:00:00Z", "2026-11-17T00:00:00.000Z"],
  ["2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"],
  ["2026-11-16T11:00:00+01:00[Europe/Berlin]", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16 10:00:00 UTC", "2026-11-16T10:00:00.000Z"],
  ["2026-11-16 10:00:00.5 +0000 UTC", "2026-11-16T10:00:00.500Z"],
  ["20261116T100000Z", "2026-11-16T10:00:00.000Z"],
  ["20261116T110000+0100", "2026-11-16T10:00:00.000Z"],
  ["Mon, 16 Nov 2026 10:00:00 GMT", "2026-11-16T10:00:00.000Z"],
  ["16 Nov 2026 11:00 +0100", "2026-11-16T10:00:00.000Z"],
  [
    "Mon Nov 16 2026 11:00:00 GMT+0100 (Central European Standard Time)",
    "2026-11-16T10:00:00.000Z",
  ],
  // 2026-11-16T10:00:00Z is 1,794,823,200 s after 1970.
  [1_794_823_200, "2026-11-16T10:00:00.000Z"],
  [1_794_823_200.5, "2026-11-16T10:00:00.500Z"],
  [1_794_823_200_000, "2026-11-16T10:00:00.000Z"],
  [1_794_823_200_000_000, "2026-11-16T10:00:00.000Z"],
  ["1794823200", "2026-11-16T10:00:00.000Z"],
  ["1794823200000", "2026-11-16T10:00:00.000Z"],
  ["1794823200000000000", "2026-11-16T10:00:00.000Z"],
  ["16/11/2026 10:00", null],
  ["11/16/2026", null],
  ["2026-11-31", null],
  ["2026-11-16T10:00:00 PST", null],
  ["2026-11-16T10:00:00+25:00", null],
  ["Mon, 16 Foo 2026 10:00:00 GMT", null],
  ["20261116", null],
  [Infinity, null],
  ["", null],
];

Deno.test("readTime() reads a time where its meaning is certain", () => {
  for (const [given, expected] of read) {
    const time = readTime(given);
    assert.strictEqual(time === null ? null : new Date(time).toISOString(), expected, `${given}`);
  }
});

const digits: [string, string][] = [
  [`{"id": 9007199254740991}`, `{"id": 9007199254740991}`],
  [`{"id": 9007199254740992}`, `{"id": "9007199254740992"}`],
  [`{"id":-9007199254740993,"n":1}`, `{"id":"-9007199254740993","n":1}`],
  [
    `[123456789012345678901234567890, 9007199254740993.5]`,
    `["123456789012345678901234567890", "9007199254740993.5"]`,
  ],
  [`{"n": 1e400, "m": 1e21, "k": 1E-400}`, `{"n": "1e400", "m": 1e21, "k": 1E-400}`],
  [
    `{"text": "9007199254740993, \\\" 9007199254740993"}`,
    `{"text": "9007199254740993, \\\" 9007199254740993"}`,
  ],
  [`{"9007199254740993": 0.1234567890123456789}`, `{"9007199254740993": 0.1234567890123456789}`],
];

Deno.test("withDigitsKept() makes texts of numbers that would be rounded, and of nothing else", () => {
  for (const [json, expected] of digits) assert.strictEqual(withDigitsKept(json), expected);
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
    other: "a:2",
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

const names: [Record<string, unknown>, string, unknown][] = [
  [{ type: "track", event: "Paid" }, "Paid", undefined],
  [{ type: "page" }, "Loaded a Page", {}],
  [{ type: "page", name: "Home", properties: { path: "/" } }, "Loaded a Page", {
    name: "Home",
    path: "/",
  }],
  [{ type: "page", category: "Docs", name: "/docs/1" }, "Loaded a Page", {
    name: "/docs/1",
    category: "Docs",
  }],
  [{ type: "screen", name: "Home", properties: { name: "Own" } }, "Loaded a Screen", {
    name: "Own",
  }],
];

Deno.test("judgeSegment() takes every page for one event, its name for a property", () => {
  for (const [message, expected, properties] of names) {
    const judged = judgeSegment({ userId: 7, ...message }, 0, circumstances);
    assert.ok("event" in judged, JSON.stringify(message));
    const { event } = judged;
    assert.deepStrictEqual([event.name, event.person, event.properties], [
      expected,
      "u:7",
      properties,
    ]);
  }
});

Deno.test("judgeSegment() reads RudderStack's times and traits", () => {
  const judged = (message: Record<string, unknown>) => judgeSegment(message, 0, circumstances);
  const time = { originalTimestamp: "2026-11-16T09:00:00Z" };
  const track = judged({ type: "track", event: "a", userId: "1", ...time });
  assert.ok("event" in track);
  assert.strictEqual(track.event.at, "2026-11-16T09:00:00.000Z");
  const own = judged({ type: "track", event: "a", timestamp: "2026-11-16T08:00:00Z", ...time });
  assert.ok("event" in own);
  assert.strictEqual(own.event.at, "2026-11-16T08:00:00.000Z");
  const identify = judged({
    type: "identify",
    userId: "1",
    context: { traits: { plan: "pro", age: 36 } },
    ...time,
  });
  assert.deepStrictEqual(identify, {
    change: {
      person: "u:1",
      traits: { plan: "pro", age: 36 },
      age: 36,
      at: "2026-11-16T09:00:00.000Z",
    },
  });
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
