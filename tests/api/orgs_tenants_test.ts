import assert from "node:assert/strict";
import { api, type Credential } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";

/**
 * Two tenants that are the same to the eye: one name, one e-mail domain, and sources, metrics, dimensions and key names in
 * common. Only their numbers differ, so a number in the wrong place shows.
 */
async function twins() {
  const domain = `${crypto.randomUUID()}.test`;
  const [one, two] = await Promise.all([
    tenant(`ada@${domain}`, 111),
    tenant(`bob@${domain}`, 222),
  ]);
  return [one, two] as const;
}

async function tenant(email: string, sessions: number) {
  const org = (await newOrganization({ name: "Twin & Co" })).id;
  const owner = await newPerson({ org, email });
  const keys = {
    ingest: { token: (await newKey(org, { scopes: ["ingest"] })).key },
    read: { token: (await newKey(org, { scopes: ["read"] })).key },
    admin: { token: (await newKey(org, { scopes: ["admin"] })).key },
  };
  const answer = await api("/metrics/ingest", {
    method: "POST",
    as: keys.ingest,
    body: reading(email, sessions),
  });
  assert.strictEqual(answer.status, 200, answer.text);
  return { org, owner, keys, sessions };
}

function reading(email: string, sessions: number) {
  return {
    email,
    source_name: "ga4",
    metric_date: "2026-11-10",
    data: { sessions, signups: sessions },
    dimensions: { campaign: "spring", external_id: "4711" },
  };
}

Deno.test("two tenants with the same domain, name and external ids each see their own numbers", async () => {
  for (const { owner, keys, sessions } of await twins()) {
    for (const as of [owner, keys.read] satisfies Credential[]) {
      const query = { start: "2026-11-09", end: "2026-11-15" };
      const tiles = await api("/dashboard/tiles", { as, query });
      assert.strictEqual(tiles.body["sessions"], sessions);
      const timeline = await api<{ metrics: { series: { value: number }[] }[] }>(
        "/metrics/timeline",
        { as, query: { ...query, metrics: "signups", granularity: "week" } },
      );
      assert.deepStrictEqual(timeline.body.metrics[0]?.series.map(({ value }) => value), [
        sessions,
      ]);
      const catalog = await api<{ metrics: { metric_name: string; n: number }[] }>(
        "/metrics/catalog",
        { as },
      );
      assert.strictEqual(catalog.body.metrics.find((m) => m.metric_name === "signups")?.n, 1);
    }
  }
});

Deno.test("no list of one twin names anything of the other", async () => {
  const [one, two] = await twins();
  for (const [mine, theirs] of [[one, two], [two, one]] as const) {
    for (const as of [mine.owner, mine.keys.admin] satisfies Credential[]) {
      for (const path of ["", "/members", "/invitations", "/keys", "/audit?page_size=100"]) {
        const { status, text } = await api(`/orgs/${mine.org}${path}`, { as });
        assert.strictEqual(status, 200, text);
        for (const secret of [theirs.org, theirs.owner.id, theirs.owner.email]) {
          assert.ok(!text.includes(secret), `${path}: ${text}`);
        }
      }
    }
  }
});

Deno.test("correcting one twin's reading leaves the other's alone, though everything else is the same", async () => {
  const [one, two] = await twins();
  const corrected = await api("/metrics/ingest", {
    method: "POST",
    as: one.keys.ingest,
    body: { items: [reading(one.owner.email, 999), reading(two.owner.email, 999)] },
  });
  assert.strictEqual(corrected.status, 207, corrected.text);
  const stored = await sql<{ org_id: string; value: number }>(
    `select org_id, metric_value::int as value from public.metrics
     where org_id in ($1::uuid, $2::uuid) and metric_name = 'sessions' order by value`,
    one.org,
    two.org,
  );
  assert.deepStrictEqual(stored, [
    { org_id: two.org, value: 222 },
    { org_id: one.org, value: 999 },
  ]);
});

Deno.test("one person in both tenants has a role in each and a home in one", async () => {
  const [one, two] = await twins();
  await sql(
    "insert into public.memberships values ($1::uuid, $2::uuid, 'viewer')",
    two.org,
    one.owner.id,
  );
  const mine = await api<{ items: { id: string; role: string }[] }>("/orgs", {
    as: one.owner,
  });
  const roles = Object.fromEntries(mine.body.items.map(({ id, role }) => [id, role]));
  assert.deepStrictEqual(roles, { [one.org]: "owner", [two.org]: "viewer" });
  const rename = (org: string) =>
    api(`/orgs/${org}`, { method: "PATCH", as: one.owner, body: { digest_hour: 5 } });
  assert.deepStrictEqual([(await rename(one.org)).status, (await rename(two.org)).status], [
    200,
    403,
  ]);
  const own = await api("/dashboard/tiles", { as: one.owner });
  assert.strictEqual(own.body["sessions"], one.sessions);
  const through = await api("/dashboard/tiles", {
    as: two.owner,
    query: { email: one.owner.email },
  });
  assert.strictEqual(through.status, 404, "their home's numbers are not shown to the other tenant");
});
