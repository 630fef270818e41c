import assert from "node:assert/strict";
import { tenantRounds } from "../helpers/soak/tally.ts";
import { askAsStranger } from "../helpers/soak/tenants.ts";
import { api } from "../helpers/stack/api.ts";
import { newPerson } from "../helpers/tenancy/people.ts";

for (let round = 1; round <= tenantRounds; round++) {
  Deno.test(`the data API shows and gives nobody a row of another organization, whatever is asked (${round})`, async () => {
    const [one, other] = await Promise.all([newPerson(), newPerson()]);
    for (const { email } of [one, other]) {
      const stored = await api("/metrics/ingest", {
        method: "POST",
        as: "service",
        body: {
          email,
          source_name: "ga4",
          metric_date: "2026-11-16",
          data: { sessions: 7 },
        },
      });
      assert.strictEqual(stored.status, 200, stored.text);
    }
    assert.ok(await askAsStranger(one, other) > 60);
    assert.ok(await askAsStranger(other, one) > 60);
  });
}
