import assert from "node:assert/strict";
import { type Answer, api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { assertExactCounts } from "../helpers/analytics/event_invariants.ts";
import { newPerson } from "../helpers/tenancy/people.ts";
import { identifyPersons, trackEvents } from "../helpers/analytics/tracked.ts";

const range = { start_date: "2026-03-01", end_date: "2026-03-31" };

/** An owner whose organization knows Ann, who did three things, and Bob. */
async function cast() {
  const owner = await newPerson();
  await trackEvents(owner.orgId, [
    ["2026-03-02T20:00:00Z", "open", "u:ann", { plan: "pro" }],
    ["2026-03-03T20:00:00Z", "save", "u:ann"],
    ["2026-03-03T21:00:00Z", "open", "u:ann"],
    ["2026-03-03T20:00:00Z", "open", "u:bob"],
  ]);
  await identifyPersons(owner.orgId, [{ person: "u:ann", age: 30, gender: "Female" }]);
  return owner;
}

Deno.test("GET /analytics/persons/{id} is a person's timeline, the latest first, in pages", async () => {
  const owner = await cast();
  const read = (id: string, query = {}) =>
    api(`/analytics/persons/${id}`, { as: owner, query: { ...range, page_size: 2, ...query } });
  const { body, text } = await read("u:ann");
  const events = body["events"] as { event: string; occurred_at: string }[];
  assert.ok(events, text);
  assert.deepStrictEqual(events.map(({ event }) => event), ["open", "save"]);
  assert.deepStrictEqual([body["total_count"], body["has_more"]], [3, true]);
  const person = body["person"] as Record<string, unknown>;
  assert.deepStrictEqual(
    [person["ids"], person["age_group"], person["gender"], person["known"]],
    [["u:ann"], "18-40", "Female", true],
  );
  const last = await read("ann", { page: 2 });
  assert.deepStrictEqual((last.body["events"] as { properties: unknown }[])[0]?.properties, {
    plan: "pro",
  });
  assertProblem(await read("u:nobody"), 404, "not_found");
});

Deno.test("another tenant's person is as unknown as nobody", async () => {
  const owner = await cast();
  const stranger = await newPerson();
  const visible = (answer: Answer) => ({ ...answer.body, request_id: "" });
  for (const [method, suffix] of [["GET", ""], ["GET", "/export"], ["DELETE", ""]] as const) {
    const ask = (id: string, query = {}) =>
      api(`/analytics/persons/${id}${suffix}`, { method, as: stranger, query });
    const theirs = await ask("u:ann");
    assertProblem(theirs, 404, "not_found");
    assert.deepStrictEqual(visible(theirs), visible(await ask("u:nobody")));
    assertProblem(await ask("u:ann", { org_id: owner.orgId }), 404, "not_found");
  }
  const left = await api("/analytics/persons/u:ann", { as: owner, query: range });
  assert.strictEqual(left.body["total_count"], 3);
});

Deno.test("GET /analytics/persons/{id}/export hands over everything, and says so in the audit log", async () => {
  const owner = await cast();
  const path = "/analytics/persons/u:ann/export";
  const { body } = await api(path, { as: owner });
  assert.deepStrictEqual(
    (body["events"] as { event: string }[]).map(({ event }) => event),
    ["open", "save", "open"],
  );
  assert.deepStrictEqual((body["person"] as { ids: string[] }).ids, ["u:ann"]);
  const lines = (await api(path, { as: owner, query: { format: "ndjson" } })).text.trim().split(
    "\n",
  );
  assert.deepStrictEqual(lines.map((line) => JSON.parse(line).type), [
    "person",
    "event",
    "event",
    "event",
  ]);
  const audited = await sql(
    "select action, actor_id from public.audit_log where org_id = $1::uuid and action = 'person.exported'",
    owner.orgId,
  );
  assert.deepStrictEqual(audited, [
    { action: "person.exported", actor_id: owner.id },
    { action: "person.exported", actor_id: owner.id },
  ]);
});

Deno.test("an export goes on over as many pages as there are, events of one moment included", async () => {
  const owner = await newPerson();
  await trackEvents(
    owner.orgId,
    Array.from({ length: 2001 }, (_, i) => [`2026-03-02T20:00:0${i % 2}Z`, `e${i % 3}`, "u:ann"]),
  );
  const { body } = await api("/analytics/persons/u:ann/export", { as: owner });
  const ids = (body["events"] as { event_id: string }[]).map(({ event_id }) => event_id);
  assert.deepStrictEqual([ids.length, new Set(ids).size], [2001, 2001]);
});

Deno.test("DELETE /analytics/persons/{id} forgets a person, for owners and admins", async () => {
  const owner = await cast();
  const viewer = await newPerson({ role: "viewer", org: owner.orgId });
  const member = await newPerson({ role: "member", org: owner.orgId });
  const erase = (as: typeof owner) =>
    api("/analytics/persons/u:ann", { method: "DELETE", as, query: { org_id: owner.orgId } });
  assertProblem(await erase(viewer), 403, "forbidden");
  assertProblem(await erase(member), 403, "forbidden");
  const { receipt_id, erased_at, ...receipt } = (await erase(owner)).body;
  assert.deepStrictEqual(receipt, { events_removed: 3, days_removed: 2, ids_removed: 1 });
  assert.ok(receipt_id && erased_at);
  assertProblem(await erase(owner), 404, "not_found");
  const { body } = await api("/analytics", { as: owner, query: range });
  assert.strictEqual(body["n"], 1);
  await assertExactCounts(owner.orgId);
});

Deno.test("GET /analytics/persons finds who has an id that begins so, in their organization alone", async () => {
  const owner = await newPerson();
  const stranger = await newPerson();
  const at = "2026-03-02T20:00:00Z";
  await trackEvents(owner.orgId, [
    [at, "open", "u:ann-1"],
    [at, "open", "u:ann-2"],
    [at, "open", "a:ann-3"],
    [at, "open", "u:Ann-4"],
    [at, "open", "u:bob"],
    [at, "open", "u:100%_sure"],
    [at, "open", "u:1000"],
  ]);
  await trackEvents(stranger.orgId, [[at, "open", "u:ann-theirs"]]);
  const search = async (search: string, query = {}) => {
    const { status, body, text } = await api("/analytics/persons", {
      as: owner,
      query: { search, ...query },
    });
    assert.strictEqual(status, 200, text);
    const items = body["items"] as { id: string; known: boolean; last_seen_at: string }[];
    return { ids: items.map(({ id }) => id), items, has_more: body["has_more"] };
  };
  assert.deepStrictEqual((await search("ann")).ids, ["u:ann-1", "u:ann-2", "a:ann-3"]);
  assert.deepStrictEqual((await search("a:ann")).ids, ["a:ann-3"]);
  assert.deepStrictEqual((await search("u:bob")).ids, ["u:bob"]);
  assert.deepStrictEqual((await search("ob")).ids, [], "only the beginning counts");
  assert.deepStrictEqual(
    (await search("100%")).ids,
    ["u:100%_sure"],
    "nothing stands for anything",
  );
  const first = await search("ann", { limit: 1 });
  assert.deepStrictEqual([first.ids, first.has_more], [["u:ann-1"], true]);
  const two = await search("ann", { limit: 2 });
  assert.deepStrictEqual([two.ids, two.has_more], [["u:ann-1", "u:ann-2"], true]);
  assert.strictEqual((await search("ann", { limit: 3 })).has_more, false);
  const [ann] = (await search("ann-1")).items;
  assert.deepStrictEqual([ann?.known, ann?.last_seen_at], [true, "2026-03-02T20:00:00+00:00"]);
  // Ids of one person are one person.
  await identifyPersons(owner.orgId, [{ person: "u:ann-1", previous: "a:ann-9" }]);
  assert.deepStrictEqual((await search("ann")).ids, ["u:ann-1", "u:ann-2", "a:ann-3"]);
});

Deno.test("GET /analytics/live is of the last thirty minutes", async () => {
  const owner = await newPerson();
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  await trackEvents(owner.orgId, [
    [ago(40), "open", "u:ann"],
    [ago(5), "open", "u:ann"],
    [ago(4), "open", "u:bob"],
    [ago(3), "save", "u:ann"],
    [ago(3), "save", null],
  ]);
  const { status, body, text } = await api("/analytics/live", { as: owner });
  assert.strictEqual(status, 200, text);
  assert.deepStrictEqual([body["events"], body["persons"]], [4, 2]);
  const minutes = body["minutes"] as { events: number; persons: number }[];
  assert.strictEqual(minutes.length, 30);
  assert.strictEqual(minutes.reduce((sum, { events }) => sum + events, 0), 4);
  const top = body["top"] as { event: string; count: number }[];
  assert.deepStrictEqual(top.map(({ event, count }) => [event, count]), [["open", 2], ["save", 2]]);
  const latest = body["latest"] as { event: string; person: string | null }[];
  assert.deepStrictEqual(latest.map(({ event, person }) => [event, person]).slice(2), [
    ["open", "u:bob"],
    ["open", "u:ann"],
  ]);
  assert.deepStrictEqual(
    latest.slice(0, 2).map(({ event, person }) => [event, person]).sort(),
    [["save", null], ["save", "u:ann"]],
  );
});
