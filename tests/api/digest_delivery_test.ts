import assert from "node:assert/strict";
import { h, historyOrganization, round } from "../fixtures/delivery_history.ts";
import { api } from "../helpers/stack/api.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

const org = await historyOrganization();
const service = { as: "service" } as const;

Deno.test("the weekly digest says how delivery went, what got worse by most, and why", async () => {
  const { email } = await seedPerson({ org });
  const delivery = async (week: string) => {
    const { body, text } = await api<{ delivery: Delivery | null }>("/digest/preview", {
      ...service,
      query: { email, week },
    });
    assert.notStrictEqual(body.delivery, undefined, text);
    return body.delivery;
  };
  interface Delivery {
    metrics: { metric: string; value: number; previous: number }[];
    worst: unknown;
  }
  // As in the trend above. Of the week's failures, E2's is open.
  const second = await delivery("2025-03-10");
  assert.deepStrictEqual(
    second?.metrics.map(({ metric, value, previous }) => round([metric, value, previous])),
    [
      ["deployment_frequency", round(3 / 7), 1],
      ["lead_time", 24 * h, 23 * h],
      ["change_failure_rate", round(100 / 3), round(300 / 7)],
      ["recovery_time", null, 3.5 * h],
    ],
  );
  // Less often by 57 %, which is more than an hour in 23. Of shop only D7, after six; api has one more than before.
  assert.deepStrictEqual(second?.worst, {
    metric: "deployment_frequency",
    text: "Deployment frequency got worse: 0.43 a day, after 1 a day the week before.",
    causes: ["acme/shop: 1 deployment, after 6"],
  });
  assert.deepStrictEqual((await delivery("2025-03-03"))?.worst, {
    metric: "change_failure_rate",
    text: "Change failure rate got worse: 42.9%, after 0% the week before.",
    causes: [
      "acme/shop I3 “Slow search”",
      "acme/shop I2 “Payments fail”",
      "acme/shop I1 “Carts are empty”",
    ],
  });
  assert.strictEqual(await delivery("2025-04-07"), null, "two weeks without a deployment");
});
