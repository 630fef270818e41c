import assert from "node:assert/strict";
import { type Answer, api, assertProblem, type Credential } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";

function post(path: string, body: unknown, as: Credential = "service"): Promise<Answer> {
  return api(path, { method: "POST", as, body });
}

async function track(org_id: string, ...events: Record<string, unknown>[]): Promise<void> {
  const answer = await post("/track/batch", { org_id, batch: events });
  assert.strictEqual(answer.body["accepted"], events.length, answer.text);
}

async function change(path: string, body: Record<string, unknown>): Promise<void> {
  const answer = await post(`/track/${path}`, body);
  assert.deepStrictEqual([answer.status, answer.body], [
    200,
    { success: true, accepted: 1, duplicates: 0, rejected: [], not_joined: [] },
  ], answer.text);
}

/** [ids, age, gender, events] of each person. */
async function persons(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select (select string_agg(k.key, ' ' order by k.key) from public.person_keys k where k.person_id = p.id) as ids, p.age,
       p.gender::text, (select count(*)::int from public.events e where e.person_id = p.id) as events
     from public.persons p where p.org_id = $1::uuid order by 1`,
    orgId,
  );
  return rows.map(Object.values);
}

async function groups(orgId: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select age_group::text, gender::text, sum(n)::int as n from private.event_counts where org_id = $1::uuid
     group by 1, 2 order by 1, 2`,
    orgId,
  );
  return rows.map(Object.values);
}

/** Persons active on the latest day with a change: [days of the window, persons]. */
async function active(orgId: string, day: string): Promise<unknown[][]> {
  const rows = await sql<Record<string, unknown>>(
    `select days, sum(change) filter (where day <= $2::date)::int as persons from private.active_changes where org_id = $1::uuid
     group by 1 order by 1`,
    orgId,
    day,
  );
  return rows.map(Object.values);
}

const today = new Date().toISOString().slice(0, 10);

Deno.test("POST /track/identify joins what an anonymous person did to the known one", async () => {
  const { id: org_id } = await newOrganization({ timeZone: "UTC" });
  await track(
    org_id,
    { event: "a", anonymous_id: "x" },
    { event: "b", anonymous_id: "x" },
    { event: "a", user_id: "ada" },
  );
  assert.deepStrictEqual(await active(org_id, today), [[1, 2], [7, 2], [30, 2]]);
  await change("identify", { org_id, user_id: "ada", anonymous_id: "x", age: 17, gender: "Other" });
  assert.deepStrictEqual(await persons(org_id), [["a:x u:ada", 17, "Other", 3]]);
  assert.deepStrictEqual(await groups(org_id), [["<18", "Other", 3]]);
  assert.deepStrictEqual(await active(org_id, today), [[1, 1], [7, 1], [30, 1]]);
  // And what comes later is theirs too.
  await track(org_id, { event: "c", anonymous_id: "x" });
  assert.deepStrictEqual(await persons(org_id), [["a:x u:ada", 17, "Other", 4]]);
});

Deno.test("POST /track/identify leaves an anonymous id with whom it is known to be", async () => {
  const { id: org_id } = await newOrganization();
  await track(org_id, { event: "a", anonymous_id: "shared" });
  await change("identify", { org_id, user_id: "ada", anonymous_id: "shared" });
  const bob = { org_id, user_id: "bob", anonymous_id: "shared", age: 50 };
  const refused = await post("/track/identify", bob);
  assert.deepStrictEqual(refused.body["not_joined"], [
    { index: 0, code: "id_taken", message: "the anonymous id is known to be somebody else's" },
  ], refused.text);
  // Segment's libraries say the same in their words.
  const message = { type: "identify", userId: "bob", anonymousId: "shared", messageId: "m" };
  const batch = await post("/track/v1/batch", { org_id, batch: [message] });
  assert.deepStrictEqual(batch.body["not_joined"], refused.body["not_joined"], batch.text);
  assert.deepStrictEqual(await persons(org_id), [
    ["a:shared u:ada", null, "unknown", 1],
    ["u:bob", 50, "unknown", 0],
  ]);
});

Deno.test("an id that many send is nobody's: it joins nobody, and the answer says so", async (t) => {
  const zeros = "00000000-0000-0000-0000-000000000000";
  for (const junk of ["null", "undefined", "0", "None", '"null"', " NaN ", zeros]) {
    await t.step(junk, async () => {
      const { id: org_id } = await newOrganization();
      await track(org_id, { event: "a", anonymous_id: junk }, { event: "b", user_id: junk });
      const told = async (body: Record<string, unknown>) => {
        const answer = await post("/track/identify", { org_id, anonymous_id: junk, ...body });
        const { success, accepted, not_joined } = answer.body;
        const codes = (not_joined as { code: string }[]).map(({ code }) => code);
        return [answer.status, success, accepted, codes];
      };
      assert.deepStrictEqual(await told({ user_id: "ada", age: 36 }), [200, true, 1, [
        "placeholder_id",
      ]]);
      await track(org_id, { event: "c", anonymous_id: junk, user_id: "ada" });
      assert.deepStrictEqual(await persons(org_id), [["u:ada", 36, "unknown", 1]]);
      const nobody = await post("/track/identify", { org_id, user_id: junk });
      assertProblem(nobody, 422, "validation_failed", ["user_id"]);
      const previous = await post("/track/alias", { org_id, user_id: "ada", previous_id: junk });
      assertProblem(previous, 422, "validation_failed", ["previous_id"]);
    });
  }
});

Deno.test("identify of a device by its own id does not keep it from who signs in there", async () => {
  const { id: org_id } = await newOrganization();
  await track(org_id, { event: "a", anonymous_id: "d1" });
  const same = await post("/track/identify", { org_id, user_id: "d1", anonymous_id: "d1" });
  assert.deepStrictEqual(same.body["not_joined"], [
    {
      index: 0,
      code: "same_id",
      message: "the user id is the anonymous id, which tells nothing",
    },
  ], same.text);
  await change("identify", { org_id, user_id: "ada", anonymous_id: "d1" });
  assert.deepStrictEqual((await persons(org_id))[0], ["a:d1 u:ada", null, "unknown", 1]);
});

Deno.test("POST /track/identify moves a person between groups and back", async () => {
  const { id: org_id } = await newOrganization();
  await track(org_id, { event: "a", user_id: "ada" }, { event: "b", user_id: "bob" });
  const steps: [Record<string, unknown>, unknown[][]][] = [
    [{ age: 40 }, [["18-40", "unknown", 1], ["unknown", "unknown", 1]].toReversed()],
    [{ age: 41, gender: "Male" }, [["unknown", "unknown", 1], [">40", "Male", 1]]],
    [{ traits: { plan: "pro" } }, [["unknown", "unknown", 1], [">40", "Male", 1]]],
    [{ age: null, gender: "unknown" }, [["unknown", "unknown", 2]]],
  ];
  for (const [body, expected] of steps) {
    await change("identify", { org_id, user_id: "ada", ...body });
    const byName = (rows: unknown[][]) => rows.map((row) => row.join(" ")).toSorted();
    assert.deepStrictEqual(byName(await groups(org_id)), byName(expected), JSON.stringify(body));
  }
  const { traits } = await sqlRow<{ traits: unknown }>(
    "select p.traits from public.persons p join public.person_keys k on k.person_id = p.id where k.org_id = $1::uuid and k.key = 'u:ada'",
    org_id,
  );
  assert.deepStrictEqual(traits, { plan: "pro" });
});

Deno.test("POST /track/alias makes one of two known persons", async () => {
  const { id: org_id } = await newOrganization();
  await track(org_id, { event: "a", user_id: "old" }, { event: "a", user_id: "new" });
  await change("identify", { org_id, user_id: "old", age: 30 });
  await change("alias", { org_id, previous_id: "old", user_id: "new" });
  assert.deepStrictEqual(await persons(org_id), [["a:old u:new u:old", 30, "unknown", 2]]);
  assert.deepStrictEqual(await groups(org_id), [["18-40", "unknown", 2]]);
  await change("alias", { org_id, previous_id: "new", user_id: "new" });
  await change("alias", { org_id, previous_id: "not seen yet", user_id: "new" });
  await track(org_id, { event: "a", anonymous_id: "not seen yet" });
  assert.deepStrictEqual((await groups(org_id))[0], ["18-40", "unknown", 3]);
});

Deno.test("POST /track/alias joins whoever comes later, by an id of either kind", async () => {
  const { id: org_id } = await newOrganization();
  await track(org_id, { event: "a", user_id: "new" });
  await change("alias", { org_id, previous_id: "old", user_id: "new" });
  await track(org_id, { event: "a", user_id: "old" }, { event: "a", anonymous_id: "old" });
  assert.deepStrictEqual(await persons(org_id), [["a:old u:new u:old", null, "unknown", 3]]);
});

Deno.test("POST /track/group keeps groups by id", async () => {
  const { id: org_id } = await newOrganization();
  await change("group", { org_id, user_id: "ada", group_id: "a.b", traits: { seats: 1 } });
  await change("group", { org_id, user_id: "ada", group_id: "c" });
  await change("group", { org_id, user_id: "ada", group_id: "a.b", traits: { seats: 2 } });
  const { traits } = await sqlRow<{ traits: unknown }>(
    "select traits from public.persons where org_id = $1::uuid",
    org_id,
  );
  assert.deepStrictEqual(traits, { $groups: { "a.b": { seats: 2 }, c: {} } });
});

Deno.test("a signed-in person identifies themselves", async () => {
  const person = await newPerson();
  assert.strictEqual((await post("/track/identify", { age: 20 }, person)).status, 200);
  assert.deepStrictEqual(await persons(person.orgId), [[`u:${person.id}`, 20, "unknown", 0]]);
});

const refused: [string, Record<string, unknown>, string][] = [
  ["identify", {}, "user_id"],
  ["identify", { user_id: "a", age: 151 }, "age"],
  ["identify", { user_id: "a", age: 1.5 }, "age"],
  ["identify", { user_id: "a", gender: "female" }, "gender"],
  ["identify", { user_id: "a", traits: [] }, "traits"],
  ["identify", { user_id: "a", traits: { a: "\u0000" } }, "traits"],
  ["identify", { user_id: "a", traits: { a: "x".repeat(33_000) } }, "body"],
  ["identify", { user_id: "a", anonymous_id: "\n" }, "anonymous_id"],
  ["alias", { user_id: "a" }, "previous_id"],
  ["group", { user_id: "a" }, "group_id"],
];

Deno.test("what cannot be said of a person is refused, naming the field", async () => {
  const { id: org_id } = await newOrganization();
  for (const [path, body, field] of refused) {
    const answer = await post(`/track/${path}`, { org_id, ...body });
    assertProblem(answer, 422, "validation_failed", [field]);
  }
  assert.deepStrictEqual(await persons(org_id), []);
});

Deno.test("a person's traits end at 64 KiB, and stay as they were", async () => {
  const { id: org_id } = await newOrganization();
  for (const name of ["a", "b"]) {
    await change("identify", { org_id, user_id: "1", traits: { [name]: "x".repeat(31_000) } });
  }
  const answer = await post("/track/identify", {
    org_id,
    user_id: "1",
    traits: { c: "x".repeat(31_000) },
  });
  assertProblem(answer, 422, "validation_failed", ["traits"]);
});

Deno.test("an erased person's events do not come back when a client sends them late", async () => {
  const [mine, other] = [await newOrganization({ timeZone: "UTC" }), await newOrganization()];
  const event = { event: "a", event_id: "1", user_id: "ada" };
  await track(mine.id, event, { event: "a", user_id: "bob" });
  const erase = async (orgId: string) =>
    (await sqlRow<{ receipt: Record<string, unknown> | null }>(
      "select private.erase_person($1::uuid, private.find_person($1::uuid, 'ada')) as receipt",
      orgId,
    )).receipt;
  assert.strictEqual(await erase(other.id), null);
  const receipt = await erase(mine.id);
  assert.deepStrictEqual(
    [receipt?.["events_removed"], receipt?.["days_removed"], receipt?.["ids_removed"]],
    [1, 1, 1],
  );
  assert.strictEqual(await erase(mine.id), null);

  const late = await post("/track", { org_id: mine.id, ...event });
  assert.deepStrictEqual([late.body["accepted"], late.body["duplicates"]], [0, 1]);
  assert.deepStrictEqual(await persons(mine.id), [["u:bob", null, "unknown", 1]]);
  assert.deepStrictEqual(await groups(mine.id), [["unknown", "unknown", 1]]);
  assert.deepStrictEqual(await active(mine.id, today), [[1, 1], [7, 1], [30, 1]]);

  // The log says that it was done, not to whom.
  const log = await sqlRow<{ action: string; object_id: string; after: unknown }>(
    "select action, object_id, after from public.audit_log where org_id = $1::uuid and action like 'person.%'",
    mine.id,
  );
  assert.deepStrictEqual(log, {
    action: "person.erased",
    object_id: receipt?.["receipt_id"],
    after: receipt,
  });
});

Deno.test("an event with both ids joins them, once, and takes nobody's id away", async () => {
  const { id: org_id } = await newOrganization({ timeZone: "UTC" });
  await track(org_id, { event: "seen", anonymous_id: "phone" }, {
    event: "seen",
    anonymous_id: "tv",
  });
  const both = { event: "paid", user_id: "ada", anonymous_id: "phone" };
  await track(org_id, both, both, { event: "paid", user_id: "ada", anonymous_id: "laptop" });
  await track(org_id, both);
  const [single] = [
    await post("/track", { org_id, event: "paid", user_id: "ada", anonymous_id: "tv" }),
  ];
  assert.strictEqual(single.body["accepted"], 1, single.text);
  assert.deepStrictEqual(await persons(org_id), [
    ["a:laptop a:phone a:tv u:ada", null, "unknown", 7],
  ]);
  // Bob signs in on Ada's phone: it stays hers.
  await track(org_id, { event: "paid", user_id: "bob", anonymous_id: "phone" });
  await track(org_id, { event: "paid", user_id: "bob", anonymous_id: "undefined" });
  await track(org_id, { event: "paid", user_id: "bob", anonymous_id: "bob" });
  assert.deepStrictEqual((await persons(org_id)).at(-1), ["u:bob", null, "unknown", 3]);
});

Deno.test("of two words about a trait that of the later time holds, whichever comes first", async () => {
  const { id: org_id } = await newOrganization();
  const traits = async () => {
    const [row] = await sql<Record<string, unknown>>(
      "select traits, age, gender::text from public.persons where org_id = $1::uuid",
      org_id,
    );
    return row && Object.values(row);
  };
  const ada = { org_id, user_id: "ada" };
  const at = (hour: number) => `2026-11-16T${hour}:00:00Z`;
  await change("identify", {
    ...ada,
    traits: { plan: "pro", city: "Bern" },
    age: 41,
    occurred_at: at(12),
  });
  await change("identify", {
    ...ada,
    traits: { plan: "free", name: "Ada" },
    age: 40,
    gender: "Female",
    occurred_at: at(11),
  });
  await change("group", { ...ada, group_id: "acme", traits: { seats: 3 }, occurred_at: at(12) });
  await change("group", { ...ada, group_id: "acme", traits: { seats: 2 }, occurred_at: at(11) });
  const known = { plan: "pro", city: "Bern", name: "Ada", $groups: { acme: { seats: 3 } } };
  assert.deepStrictEqual(await traits(), [known, 41, "Female"]);
  // Who she was before holds where it is newer.
  const before = { org_id, anonymous_id: "phone" };
  await change("identify", {
    ...before,
    traits: { plan: "team", city: "Ulm" },
    occurred_at: at(13),
  });
  await change("identify", { ...before, traits: { city: "Graz" }, age: 20, occurred_at: at(10) });
  await change("identify", { ...ada, anonymous_id: "phone", occurred_at: at(13) });
  assert.deepStrictEqual(await traits(), [{ ...known, plan: "team", city: "Ulm" }, 41, "Female"]);
  // Without a time it is so now.
  await change("identify", { ...ada, traits: { plan: "free" }, age: 42 });
  assert.deepStrictEqual(await traits(), [{ ...known, plan: "free", city: "Ulm" }, 42, "Female"]);
});
