import assert from "node:assert/strict";
import { addDays } from "../../supabase/functions/_shared/numbers/dates.ts";
import { api } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";

const service = { as: "service" } as const;

Deno.test("POST /metrics/dora/forecast says why there is none", async () => {
  const { status, body, text } = await api("/metrics/dora/forecast", {
    ...service,
    method: "POST",
    body: { org_id: (await newOrganization()).id, metric: "lead_time", horizon: 4 },
  });
  assert.strictEqual(status, 200, text);
  assert.deepStrictEqual(
    [body["no_data"], body["method"], body["forecast"], body["history"]],
    ["too_short", null, [], {
      weeks: 0,
      weeks_needed: 15,
      first: null,
      last: null,
      gaps_filled: 0,
    }],
  );
});

Deno.test("POST /metrics/dora/forecast goes on from the last week that is over", async () => {
  const { id } = await newOrganization({ timeZone: "UTC" });
  // In each of the 20 weeks before this one 7 deployments, on Monday at noon: one a day, always.
  await sql(
    `with r as (insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/steady') returning id)
     insert into private.deployments
       (org_id, repository_id, external_id, environment, status, created_at, finished_at, updated_at)
     select $1::uuid, r.id, week || '-' || n, 'production', 'success', at, at, at
     from r, generate_series(1, 20) week, generate_series(1, 7) n
     cross join lateral (
       select date_trunc('week', now(), 'UTC') - make_interval(weeks => week) + interval '12 hours' as at) x`,
    id,
  );
  const { monday } = await sqlRow<{ monday: string }>(
    "select to_char(date_trunc('week', now() at time zone 'UTC'), 'YYYY-MM-DD') as monday",
  );
  interface Forecast {
    history: { weeks: number };
    forecast: { start: string; value: number; low_95: number; high_95: number }[];
  }
  const { body, text } = await api<Forecast>("/metrics/dora/forecast", {
    ...service,
    method: "POST",
    body: { org_id: id, metric: "deployment_frequency", horizon: 2 },
  });
  assert.strictEqual(body.history?.weeks, 20, text);
  assert.deepStrictEqual(
    body.forecast.map(({ start, value, low_95, high_95 }) => [start, value, low_95, high_95]),
    [[monday, 1, 1, 1], [addDays(monday, 7), 1, 1, 1]],
  );
});
