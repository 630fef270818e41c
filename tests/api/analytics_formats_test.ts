import assert from "node:assert/strict";
import { api } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { dayAgo, keepFor, trim } from "../helpers/tenancy/trims.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { identifyPersons, trackEvents } from "../helpers/analytics/tracked.ts";

const range = { start_date: "2026-03-02", end_date: "2026-03-03" };

async function newWorkspace(): Promise<string> {
  const org = await newOrganization({ timeZone: "UTC" });
  await trackEvents(org.id, [
    ["2026-03-01T10:00:00Z", "=cmd|' /C calc'!A0", "u:ann"],
    ["2026-03-02T10:00:00Z", "=cmd|' /C calc'!A0", "u:ann"],
    ["2026-03-03T10:00:00Z", "open, then close", "u:bob"],
  ]);
  return org.id;
}

Deno.test("every report comes as CSV and NDJSON", async (t) => {
  const org_id = await newWorkspace();
  const download = (path: string, query = {}) =>
    api(path, { as: "service", query: { org_id, ...range, ...query } });
  await t.step("CSV: quoted, and no formula", async () => {
    const { text, headers } = await download("/analytics", { format: "csv" });
    assert.strictEqual(
      text,
      [
        "feature_name,date,count",
        `"'=cmd|' /C calc'!A0",,1`,
        '"open, then close",,1',
        ",2026-03-02,1",
        ",2026-03-03,1",
        "",
      ].join("\r\n"),
    );
    assert.match(headers.get("content-type") ?? "", /^text\/csv/);
    assert.match(
      headers.get("content-disposition") ?? "",
      /attachment; filename="analytics-overview\.csv"/,
    );
  });
  await t.step("NDJSON", async () => {
    const { text } = await download("/analytics/active-users", { format: "ndjson" });
    const [first] = text.split("\n").map((line) => line && JSON.parse(line));
    assert.deepStrictEqual(first, { date: "2026-03-02", dau: 1, wau: 1, mau: 1, stickiness: 100 });
  });
  await t.step("compared: both periods, told apart by their first day", async () => {
    const query = { format: "csv", compare: "previous" };
    const { text } = await download("/analytics/active-users", query);
    assert.deepStrictEqual(text.trimEnd().split("\r\n"), [
      "period_start,date,dau,wau,mau,stickiness",
      "2026-03-02,2026-03-02,1,1,1,100",
      "2026-03-02,2026-03-03,1,2,2,50",
      "2026-02-28,2026-02-28,0,0,0,",
      "2026-02-28,2026-03-01,1,1,1,100",
    ]);
  });
  await t.step("Parquet", async () => {
    const { headers, text } = await download("/analytics/active-users", { format: "parquet" });
    assert.strictEqual(headers.get("content-type"), "application/vnd.apache.parquet");
    assert.ok(text.startsWith("PAR1") && text.endsWith("PAR1"));
  });
  const queries: Record<string, object> = {
    "/analytics": {},
    "/analytics/active-users": {},
    "/analytics/retention": {},
    "/analytics/funnel": { steps: ["=cmd|' /C calc'!A0", "open, then close"] },
    "/analytics/breakdown": { by: "gender" },
    "/analytics/sessions": {},
    "/analytics/flow": { event: "open, then close" },
    "/analytics/events": {},
    "/analytics/properties": {},
    "/analytics/persons/u:ann": {},
    "/analytics/drops": {},
  };
  for (const [path, query] of Object.entries(queries)) {
    await t.step(path, async () => {
      const url = new URLSearchParams({ org_id, ...range, compare: "previous" });
      for (const [name, value] of Object.entries(query)) {
        for (const one of [value].flat()) url.append(name, String(one));
      }
      const as = "service" as const;
      const json = await api(`${path}?${url}`, { as });
      assert.strictEqual(json.status, 200, json.text);
      assert.ok(json.body["comparison"] && json.body["definition"], json.text);
      const csv = await api(`${path}?${url}&format=csv`, { as });
      const lines = await api(`${path}?${url}&format=ndjson`, { as });
      assert.ok(csv.text.startsWith("period_start,"), csv.text);
      assert.doesNotMatch(csv.text, /(^|,|")[=@]/m);
      assert.strictEqual(
        lines.text.split("\n").length,
        csv.text.split("\r\n").length - 1,
        "as many lines as rows",
      );
    });
  }
});

Deno.test("an answer that is still right is a 304", async (t) => {
  const org_id = await newWorkspace();
  const read = (path: string, etag?: string, query = {}) =>
    api(path, {
      as: "service",
      query: { org_id, ...range, ...query },
      ...(etag ? { headers: { "if-none-match": etag } } : {}),
    });
  const etagOf = async (path: string) => (await read(path)).headers.get("etag") ?? "";
  const first = await etagOf("/analytics");
  await t.step("with nothing in it, and private", async () => {
    const again = await read("/analytics", first);
    assert.deepStrictEqual([again.status, again.text], [304, ""]);
    assert.strictEqual(again.headers.get("etag"), first);
    assert.strictEqual(again.headers.get("cache-control"), "private, no-cache");
    assert.match(again.headers.get("vary") ?? "", /authorization/i);
  });
  await t.step("not for another question", async () => {
    assert.strictEqual((await read("/analytics", first, { format: "csv" })).status, 200);
    assert.strictEqual((await read("/analytics/sessions", first)).status, 200);
  });
  await t.step("not once there are more events, or groups are hidden", async () => {
    await trackEvents(org_id, [["2026-03-03T11:00:00Z", "more", "u:ann"]]);
    const second = await read("/analytics", first);
    assert.deepStrictEqual([second.status, second.body["n"]], [200, 3]);
    await sql("update public.organizations set min_group_size = 2 where id = $1::uuid", org_id);
    assert.strictEqual((await read("/analytics", second.headers.get("etag") ?? "")).status, 200);
  });
  await t.step("drops by what they are, because they change no event", async () => {
    const none = await etagOf("/analytics/drops");
    assert.strictEqual((await read("/analytics/drops", none)).status, 304);
    await sql(
      "insert into private.event_drops (org_id, day, reason, n) values ($1::uuid, '2026-03-02', 'bot', 1)",
      org_id,
    );
    assert.strictEqual((await read("/analytics/drops", none)).status, 200);
  });
  await t.step("not once events were dropped because they are too old", async () => {
    await trackEvents(org_id, [[`${dayAgo(100)}T10:00:00Z`, "old", "u:ann"]]);
    const query = { start_date: "2026-03-01" };
    await trim(org_id, "events");
    const before = (await read("/analytics/sessions", undefined, query)).headers.get("etag") ?? "";
    await trim(org_id, "events");
    assert.strictEqual((await read("/analytics/sessions", before, query)).status, 304, "none was");
    await keepFor(org_id, "events", 60);
    await trim(org_id, "events");
    assert.strictEqual((await read("/analytics/sessions", before, query)).status, 200);
  });
  await t.step(
    "not once two persons were found to be one, though nothing is seen of it",
    async () => {
      const org = await newOrganization({ timeZone: "UTC" });
      await trackEvents(org.id, [
        ["2026-03-02T10:00:00Z", "open", "u:ann"],
        ["2026-03-02T11:00:00Z", "open", "a:between"],
        ["2026-03-02T12:00:00Z", "open", "u:ann"],
      ]);
      const users = (known?: string) =>
        api("/analytics/active-users", {
          as: "service",
          query: { org_id: org.id, ...range },
          ...(known === undefined ? {} : { headers: { "if-none-match": known } }),
        });
      const before = await users();
      await identifyPersons(org.id, [{ person: "u:ann", previous: "between" }]);
      const after = await users(before.headers.get("etag") ?? "");
      assert.deepStrictEqual([before.body["n"], after.status, after.body["n"]], [2, 200, 1]);
    },
  );
  await t.step("never for what is not the caller's", async () => {
    assert.strictEqual(
      (await api("/analytics", { headers: { "if-none-match": "*" } })).status,
      401,
    );
  });
});
