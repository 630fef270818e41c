import assert from "node:assert/strict";
import { bytesOf, wholeBody } from "../../supabase/functions/_shared/intake/body.ts";
import { isAbsent, isRecord } from "../../supabase/functions/_shared/intake/kinds.ts";
import { rejectedItem, Rejection } from "../../supabase/functions/_shared/intake/rejection.ts";
import { parseTime } from "../../supabase/functions/_shared/intake/time.ts";

const noon = 1_794_830_400_000; // date -u -d 2026-11-16T12:00:00Z +%s

const times: [unknown, number | null, number | null][] = [
  // given, with an offset required, else in UTC
  ["2026-11-16T12:00:00Z", noon, noon],
  ["2026-11-16t12:00:00z", noon, noon],
  ["2026-11-16 12:00:00Z", noon, noon],
  ["2026-11-16T13:30:00+01:30", noon, noon],
  ["2026-11-16T04:00:00-08:00", noon, noon],
  ["2026-11-16T12:00:00.25Z", noon + 250, noon + 250],
  ["2026-11-16T12:00:00.123456789Z", noon + 123, noon + 123],
  ["2026-11-16T12:00:00", null, noon],
  ["2026-11-16 12:00:00.5", null, noon + 500],
  ["1969-12-31T23:59:59Z", -1000, -1000],
  ["2024-02-29T00:00:00Z", 1_709_164_800_000, 1_709_164_800_000],
  ["2026-02-29T00:00:00Z", null, null],
  ["2026-02-30T00:00:00Z", null, null],
  ["2026-04-31T00:00:00", null, null],
  ["2026-13-01T00:00:00Z", null, null],
  ["2026-00-10T00:00:00Z", null, null],
  ["2026-11-00T00:00:00Z", null, null],
  ["2026-11-16T25:00:00Z", null, null],
  ["2026-11-16T12:60:00Z", null, null],
  ["2026-11-16T12:00:00.1234567890Z", null, null],
  ["2026-11-16T12:00Z", null, null],
  ["2026-11-16", null, null],
  ["yesterday", null, null],
  ["", null, null],
  [noon, null, null],
  [null, null, null],
];

Deno.test("parseTime() takes RFC 3339 and days of the calendar only", () => {
  for (const [given, required, utc] of times) {
    assert.strictEqual(parseTime(given), required, String(given));
    assert.strictEqual(parseTime(given, "utc"), utc, `${given}, in UTC`);
  }
});

Deno.test("isRecord() and isAbsent() tell the kinds of JSON apart", () => {
  const values = [{}, { a: 1 }, [], null, undefined, "", "a", 0, false];
  assert.deepStrictEqual(values.map(isRecord), [
    ...[true, true],
    ...[false, false, false, false, false, false, false],
  ]);
  assert.deepStrictEqual(values.filter(isAbsent), [null, undefined, ""]);
});

Deno.test("a rejection names the field before what is wrong with it, and nothing where all of it is", () => {
  const ofField = new Rejection("invalid_time", "occurred_at", "is no time");
  assert.deepStrictEqual(rejectedItem(7, ofField), {
    index: 7,
    code: "invalid_time",
    message: "occurred_at: is no time",
  });
  assert.deepStrictEqual([ofField.path, ofField.reason], ["occurred_at", "is no time"]);
  assert.strictEqual(new Rejection("bot", "", "is a bot's").message, "is a bot's");
});

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251);

async function gzip(given: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([given]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function request(body: Uint8Array<ArrayBuffer> | null, encoding?: string): Request {
  return new Request("http://localhost/", {
    method: "POST",
    body,
    headers: encoding === undefined ? {} : { "content-encoding": encoding },
  });
}

Deno.test("wholeBody() gives what was sent, up to the limit and not a byte more", async () => {
  assert.deepStrictEqual(await wholeBody(request(bytes), bytes.length), bytes);
  assert.deepStrictEqual(await wholeBody(request(bytes, "identity"), bytes.length), bytes);
  assert.deepStrictEqual(await wholeBody(request(null), 0), new Uint8Array());
  const tooLarge = wholeBody(request(bytes), bytes.length - 1);
  await assert.rejects(tooLarge, { code: "payload_too_large" });
});

Deno.test("wholeBody() gives back what gzip packed, and counts it unpacked", async () => {
  const packed = await gzip(bytes);
  assert.deepStrictEqual(await wholeBody(request(packed, " GZIP "), bytes.length), bytes);
  const refused: [string, Request, string][] = [
    ["too large", request(packed, "gzip"), "payload_too_large"],
    ["cut off", request(packed.slice(0, -9), "gzip"), "bad_request"],
    ["not packed", request(bytes, "gzip"), "bad_request"],
    ["packed otherwise", request(packed, "br"), "unsupported_media_type"],
  ];
  for (const [what, given, code] of refused) {
    const limit = what === "too large" ? bytes.length - 1 : bytes.length;
    await assert.rejects(wholeBody(given, limit), { code }, what);
  }
});

Deno.test("bytesOf() unpacks a bomb no further than its limit", async () => {
  const bomb = await gzip(new Uint8Array(32 * 1024 * 1024));
  let size = 0;
  const unpack = async () => {
    for await (const chunk of bytesOf(request(bomb, "gzip"), 1024 * 1024)) size += chunk.length;
  };
  await assert.rejects(unpack(), { code: "payload_too_large" });
  assert.ok(size <= 1024 * 1024, `${size} bytes were given out`);
});
