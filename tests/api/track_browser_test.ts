import assert from "node:assert/strict";
import { testEnv } from "../helpers/stack/api.ts";
import { openPage } from "../helpers/browser/browser.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

Deno.test("@segment/analytics-next delivers every kind of call from a page, with a publishable key", async () => {
  const { id: orgId } = await newOrganization();
  const { key } = await newKey(orgId, {
    scopes: ["ingest"],
    publishable: true,
    origins: ["https://shop.example.test"],
  });
  const answered = openPage("https://shop.example.test/cart");
  const { AnalyticsBrowser } = await import("@segment/analytics-next");
  const { host } = new URL(testEnv("TEST_URL"));
  const settings = { apiKey: key, apiHost: `${host}/functions/v1/track/v1`, protocol: "http" };
  const analytics = AnalyticsBrowser.load(
    { writeKey: key, cdnSettings: { integrations: { "Segment.io": settings } } },
    { disableClientPersistence: true },
  );
  const calls: [string, () => Promise<unknown>][] = [
    ["t", () => analytics.track("Plan Viewed", { plan: "pro" })],
    ["p", () => analytics.page("Docs", "Setup")],
    ["i", () => analytics.identify("ada", { age: 36, gender: "female" })],
    ["g", () => analytics.group("acme", { seats: 3 })],
    ["a", () => analytics.alias("ada", "ada-before")],
  ];
  for (const [call, make] of calls) {
    await make();
    assert.deepStrictEqual(await answered(), {
      path: `/functions/v1/track/v1/${call}`,
      contentType: "text/plain",
      status: 200,
      body: { success: true, accepted: 1, duplicates: 0, not_joined: [], rejected: [] },
    });
  }
  const counts = await sql<Record<string, unknown>>(
    `select n.name, c.age_group::text, c.gender::text, c.n::int as n
     from private.event_counts c join public.event_names n on n.id = c.name_id where c.org_id = $1::uuid order by 1`,
    orgId,
  );
  // What the visitor did before she said who she is is Ada's, and counts as a woman's of her age.
  assert.deepStrictEqual(counts.map(Object.values), [
    ["Loaded a Page", "18-40", "Female", 1],
    ["Plan Viewed", "18-40", "Female", 1],
  ]);
  const [person, ...others] = await sql<{ ids: string[]; traits: unknown }>(
    `select array(select k.key from public.person_keys k where k.person_id = p.id) as ids, p.traits
     from public.persons p where p.org_id = $1::uuid`,
    orgId,
  );
  assert.deepStrictEqual(others, []);
  assert.strictEqual(person?.ids.length, 4, "with the id that the library made up");
  // An alias does not say of which kind the id of before was, so it joins both.
  for (const id of ["u:ada", "u:ada-before", "a:ada-before"]) {
    assert.ok(person.ids.includes(id), id);
  }
  assert.deepStrictEqual(person.traits, {
    age: 36,
    gender: "female",
    $groups: { acme: { seats: 3 } },
  });
});
