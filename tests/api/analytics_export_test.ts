import { parquetMetadata, parquetReadObjects } from "hyparquet";
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { trackEvents } from "../helpers/analytics/tracked.ts";
import { api, assertProblem, testEnv } from "../helpers/stack/api.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

const range = { start: "2026-03-01", end: "2026-03-03" };

/** 10,001 events of three days, nine seconds apart: every third is `beat` by Bob, every other nobody's. */
async function busyOrganization(): Promise<{ orgId: string; key: string }> {
  const { id: orgId } = await newOrganization({ timeZone: "UTC" });
  const first = Date.parse("2026-03-01T00:00:00Z");
  const events = Array.from({ length: 10_001 }, (_, index) => {
    const at = new Date(first + index * 9000).toISOString();
    const name = index % 3 === 0 ? "beat" : `step ${index % 4}`;
    const person = index % 3 === 0 ? "u:bob" : null;
    return [at, name, person, { index }] as [string, string, string | null, { index: number }];
  });
  for (let from = 0; from < events.length; from += 4000) {
    await trackEvents(orgId, events.slice(from, from + 4000));
  }
  return { orgId, key: (await newKey(orgId, { scopes: ["read"] })).key };
}

async function download(key: string, path: string, query: Record<string, string>) {
  const url = `${testEnv("TEST_URL")}/functions/v1${path}?${new URLSearchParams(query)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  const body = await response.arrayBuffer();
  assert.strictEqual(response.status, 200);
  return { headers: response.headers, body, text: new TextDecoder().decode(body) };
}

Deno.test("GET /analytics/export has every event of the range, in order, and goes on where it was cut", async (t) => {
  const { key } = await busyOrganization();
  const lines = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const all = Array.from({ length: 10_001 }, (_, index) => index);

  await t.step("as lines of JSON", async () => {
    const { text, headers } = await download(key, "/analytics/export", range);
    const rows = lines(text);
    assert.deepStrictEqual(rows.map(({ properties }) => properties.index), all);
    const { cursor, event_id, received_at, ...first } = rows[0];
    assert.ok(cursor && event_id && received_at);
    assert.deepStrictEqual(first, {
      event: "beat",
      occurred_at: "2026-03-01T00:00:00+00:00",
      sent_at: "2026-03-01T00:00:00+00:00",
      day: "2026-03-01",
      person: "u:bob",
      clamped: false,
      properties: { index: 0 },
    });
    assert.match(headers.get("content-type") ?? "", /ndjson/);
  });
  await t.step("in parts, as CSV compressed by gzip", async () => {
    const found: number[] = [];
    let after: string | undefined;
    while (found.length < all.length) {
      const query = { ...range, format: "csv", compression: "gzip", limit: "3000" };
      const more: Record<string, string> = after === undefined ? {} : { after };
      const { body } = await download(key, "/analytics/export", { ...query, ...more });
      const [header, ...rows] = gunzipSync(body).toString().trimEnd().split("\r\n");
      assert.match(header ?? "", /^cursor,event_id,event,/);
      found.push(...rows.map((row) => Number(/""index"": (\d+)/.exec(row)?.[1])));
      after = rows.at(-1)?.split(",")[0];
      assert.ok(rows.length === 3000 || found.length === all.length);
    }
    assert.deepStrictEqual(found, all);
  });
  await t.step("as Parquet, with the types of its columns", async () => {
    const { body } = await download(key, "/analytics/export", { ...range, format: "parquet" });
    const rows = await parquetReadObjects({ file: body });
    assert.strictEqual(rows.length, all.length);
    assert.deepStrictEqual(rows[1]?.["occurred_at"], new Date("2026-03-01T00:00:09Z"));
    const none = await download(key, "/analytics/export", {
      start: "2026-02-01",
      end: "2026-02-02",
      format: "parquet",
    });
    const typesOf = (file: ArrayBuffer) =>
      parquetMetadata(file).schema.map(({ name, type, converted_type }) => [
        name,
        type,
        converted_type,
      ]);
    assert.deepStrictEqual(typesOf(none.body), typesOf(body));
  });
  await t.step("a cursor that is none is refused", async () => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await api("/analytics/export", { headers, query: { after: "yesterday" } });
    assertProblem(answer, 422, "validation_failed", ["after"]);
  });
  await t.step("a person's timeline as a table is whole", async () => {
    const csv = await download(key, "/analytics/persons/u:bob", { ...range, format: "csv" });
    assert.strictEqual(csv.text.trimEnd().split("\r\n").length, 1 + 3334);
    const query = { ...range, format: "parquet", page_size: "20" };
    const { body } = await download(key, "/analytics/persons/u:bob", query);
    assert.strictEqual((await parquetReadObjects({ file: body })).length, 3334);
  });
});

Deno.test("lists as tables are whole: names of events, and of properties", async () => {
  const { id: orgId } = await newOrganization({ timeZone: "UTC" });
  const { key } = await newKey(orgId, { scopes: ["read"] });
  await trackEvents(
    orgId,
    Array.from({ length: 300 }, (_, index) => [
      "2026-03-02T10:00:00Z",
      `event ${index}`,
      null,
      Object.fromEntries(
        Array.from({ length: 3 }, (_, n) => [`property ${index % 100} ${n}`, index]),
      ),
    ]),
  );
  const rowsOf = async (path: string) =>
    (await download(key, path, { ...range, format: "csv" })).text.trimEnd().split("\r\n").length -
    1;
  assert.strictEqual(await rowsOf("/analytics/events"), 300);
  await trackEvents(
    orgId,
    Array.from({ length: 300 }, (_, index) => [
      "2026-03-02T11:00:00Z",
      "wide",
      null,
      { [`wide ${index}`]: 1 },
    ]),
  );
  const wide = { ...range, event: "wide" };
  const csv = await download(key, "/analytics/properties", { ...wide, format: "csv" });
  assert.strictEqual(csv.text.trimEnd().split("\r\n").length - 1, 300);
  const page = await api("/analytics/properties", {
    headers: { authorization: `Bearer ${key}` },
    query: { ...wide, page: 3, page_size: 100 },
  });
  const { items, total_count } = page.body as { items: unknown[]; total_count: number };
  assert.deepStrictEqual([items.length, total_count], [100, 300]);
});

Deno.test("values of a property are told apart by their types, and a property may have any name", async () => {
  const { id: orgId } = await newOrganization({ timeZone: "UTC" });
  const { key } = await newKey(orgId);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const values = ["1", "1.0", '"1"', "true", '"true"', "null", '"true"'];
  const batch = values.map((value) =>
    `{"event": "a", "user_id": "ada", "properties": {"v": ${value}, "__proto__": ${value}}}`
  );
  const sent = await api("/track/batch", {
    method: "POST",
    headers,
    body: `{"batch": [${batch.join(",")}]}`,
  });
  assert.strictEqual(sent.body["accepted"], 7, sent.text);
  for (const property of ["v", "__proto__"]) {
    const query = { breakdown: "property", property };
    const { body } = await api<{ groups: Record<string, unknown>[] }>("/analytics/breakdown", {
      headers,
      query,
    });
    const found = body.groups.map(({ value, type, count }) => [value, type, count]);
    assert.deepStrictEqual(found, [
      ["1", "number", 2],
      ["true", "string", 2],
      ["1", "string", 1],
      ["true", "boolean", 1],
      [null, null, 1],
    ], property);
  }
  const timeline = await api("/analytics/persons/u:ada", { headers });
  assert.match(timeline.text, /"__proto__":"true"/);
  const names = await api<{ items: { name: string }[] }>("/analytics/properties", { headers });
  assert.deepStrictEqual(names.body.items.map(({ name }) => name), ["__proto__", "v"]);
});
