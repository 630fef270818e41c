import assert from "node:assert/strict";
import { askAsStranger } from "../helpers/soak/tenants.ts";
import { api } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

Deno.test("the data API shows and gives nobody a row of another organization, whatever is asked", async () => {
  const [owner, stranger] = await Promise.all([newPerson(), newPerson()]);
  const stored = await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: {
      email: owner.email,
      source_name: "ga4",
      metric_date: "2026-11-16",
      data: { sessions: 7 },
    },
  });
  assert.strictEqual(stored.status, 200, stored.text);
  assert.ok(await askAsStranger(owner, stranger) > 60);
});
