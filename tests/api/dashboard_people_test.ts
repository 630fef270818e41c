import assert from "node:assert/strict";
import { fourOf, personWithNumbers, type Tiles, tiles, week } from "../helpers/metrics/tiles.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization, newPerson, seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("GET /dashboard/tiles of a person without numbers is null with the reason, not 0", async () => {
  const { email } = await seedPerson();
  const { status, body } = await tiles({ email });
  assert.strictEqual(status, 200);
  assert.deepStrictEqual(fourOf(body), [null, null, null, null]);
  const [{ today = "" } = {}] = await sql<{ today: string }>(
    "select (now() at time zone 'America/Los_Angeles')::date::text as today",
  );
  assert.deepStrictEqual(body.period, {
    start: today,
    end: today,
    days: 1,
    time_zone: "America/Los_Angeles",
    complete: false,
  });
  assert.deepStrictEqual(
    body.tiles.map(({ null_reason, series }) => [null_reason, series]),
    Array(4).fill(["no_data", []]),
  );
});

Deno.test("GET /dashboard/tiles with a start ends today, in the organization's time zone", async () => {
  const org = await newOrganization({ timeZone: "Pacific/Kiritimati" });
  const { email } = await seedPerson({ org: org.id });
  const [{ today = "" } = {}] = await sql<{ today: string }>(
    "select (now() at time zone 'Pacific/Kiritimati')::date::text as today",
  );
  const { body } = await tiles({ email, start: "2026-11-01" });
  assert.strictEqual(body.period.end, today);
  assert.strictEqual(body.period.time_zone, "Pacific/Kiritimati");
});

Deno.test("GET /dashboard/tiles speaks of a metric as the organization defines it", async () => {
  const { email, orgId } = await seedPerson();
  await sql(
    `insert into public.metric_definitions (org_id, metric_name, label, unit, direction)
     values ($1::uuid, 'reach', 'TikTok reach', 'people', 'neutral')`,
    orgId,
  );
  const { body } = await tiles({ email });
  const tile = body.tiles.find(({ key }) => key === "ig_reach");
  assert.deepStrictEqual([tile?.label, tile?.unit, tile?.direction], [
    "TikTok reach",
    "people",
    "neutral",
  ]);
  const other = await tiles({ email: (await seedPerson()).email });
  assert.strictEqual(
    other.body.tiles.find(({ key }) => key === "ig_reach")?.label,
    "Instagram reach",
  );
});

Deno.test("GET /dashboard/tiles is of the organization, or of one person, when signed in", async () => {
  const email = await personWithNumbers();
  const [{ org_id = "" } = {}] = await sql<{ org_id: string }>(
    "select org_id from public.users where email = $1",
    email,
  );
  const viewer = await newPerson({ role: "viewer", org: org_id });
  const items = [{
    email: viewer.email,
    source_name: "ga4",
    metric_date: "2026-11-10",
    data: { sessions: 25 },
  }];
  await api("/metrics/ingest", { method: "POST", as: "service", body: { items } });
  const of = async (query: Record<string, string>) => {
    const answer = await api<Tiles>("/dashboard/tiles", {
      as: viewer,
      query: { ...week, ...query },
    });
    assert.strictEqual(answer.status, 200, answer.text);
    return fourOf(answer.body);
  };
  assert.deepStrictEqual(await of({}), [200, 4, 300, null]);
  assert.deepStrictEqual(await of({ org_id }), [200, 4, 300, null]);
  assert.deepStrictEqual(await of({ email: viewer.email }), [25, null, null, null]);
  assert.deepStrictEqual(await of({ email }), [175, 4, 300, null]);
  const service = await tiles({ org_id, ...week });
  assert.deepStrictEqual(fourOf(service.body), [200, 4, 300, null]);
});

Deno.test("GET /dashboard/tiles of another organization, or of somebody in another, is 404", async () => {
  const email = await personWithNumbers();
  const stranger = await newPerson({ role: "owner" });
  const [{ org_id = "" } = {}] = await sql<{ org_id: string }>(
    "select org_id from public.users where email = $1",
    email,
  );
  assertProblem(
    await api("/dashboard/tiles", { as: stranger, query: { org_id } }),
    404,
    "not_found",
  );
  assertProblem(
    await api("/dashboard/tiles", { as: stranger, query: { email } }),
    404,
    "user_not_found",
  );
  const [elsewhere] = [await seedPerson()];
  assertProblem(await tiles({ email: elsewhere.email, org_id }), 404, "user_not_found");
});

Deno.test("GET /dashboard/tiles of nobody is 404 User not found", async () => {
  const answer = await tiles({ email: "nobody@example.test" });
  assertProblem(answer, 404, "user_not_found");
  assert.strictEqual((answer.body as unknown as { detail: string }).detail, "User not found");
});
