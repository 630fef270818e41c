import assert from "node:assert/strict";
import { type AiSession, storeSessions } from "../helpers/ai/ai_sessions.ts";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization, newPerson } from "../helpers/tenancy/people.ts";
import { trackEvents } from "../helpers/analytics/tracked.ts";

interface Insights {
  period: { start: string; end: string; days: number; time_zone: string };
  metrics: { name: string; label: string; unit: string; kind: string }[];
  key_findings: { kind: string; metrics: string[]; text: string }[];
  correlations: Record<string, unknown>[];
  tests: number;
  recommendations: { rule: string; value: number }[];
  anomalies: Record<string, unknown>[];
}

const day = 86_400_000;

/** Noon, UTC, so many days ago. */
function noon(daysAgo: number): Date {
  return new Date(Math.floor(Date.now() / day) * day - daysAgo * day + day / 2);
}

const dateOf = (moment: Date) => moment.toISOString().slice(0, 10);

const read = (query: Record<string, string | number>) =>
  api<Insights>("/insights", { as: "service", query });

Deno.test("GET /insights holds daily series of every domain against each other", async (t) => {
  const { id: userId, orgId: org_id } = await newPerson();
  await sql("update public.organizations set time_zone = 'UTC' where id = $1::uuid", org_id);
  // As many deployments, events and posted trials as sessions: 1, 2, 3, 1, … on the ten days up to yesterday, from the ninth on.
  const amounts = Array.from({ length: 10 }, (_, index) => 1 + index % 3);
  const sessions = amounts.flatMap((amount, index) =>
    Array.from({ length: amount }, (): AiSession => ({ at: noon(10 - index), cost: 0.5 }))
  );
  await storeSessions(org_id, sessions);
  await trackEvents(
    org_id,
    sessions.map(({ at }, index) => [at.toISOString(), "open", `u:${index}`]),
  );
  await sql(
    `with repository as (
       insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/app') returning id
     ),
     day as (select ord, amount from unnest(string_to_array($2, ',')::int[]) with ordinality as d (amount, ord)),
     deployed as (
       insert into private.deployments
         (org_id, repository_id, external_id, environment, status, pipeline_id, created_at, finished_at, updated_at)
       select $1::uuid, id, ord || '/' || i || '/' || part, 'production', 'success', 'run ' || ord || i, at, at, at
       from repository, day, generate_series(1, amount) i, generate_series(1, 2) part,
         lateral (select $3::timestamptz - (10 - ord::int) * interval '1 day' as at) as moment
       union all
       select $1::uuid, id, 'staging', 'staging', 'success', null, $3::timestamptz, $3::timestamptz, $3::timestamptz from repository
     )
     insert into public.metrics (user_id, source_name, metric_date, metric_name, metric_value)
     select $4::uuid, 'tests', ($3::timestamptz at time zone 'UTC')::date - (10 - ord::int), 'trials', amount * 10 from day`,
    org_id,
    amounts.join(","),
    noon(1).toISOString(),
    userId,
  );

  await t.step("all of what is asked for, the strongest first", async () => {
    const metrics =
      "ai.sessions,ai.cost_usd,delivery.deployments,product.dau,event.open,metric.trials";
    const { body, status, text } = await read({ org_id, since: 10, lag_days: 1, metrics });
    assert.strictEqual(status, 200, text);
    assert.deepStrictEqual(body.period, {
      start: dateOf(noon(10)),
      end: dateOf(noon(1)),
      days: 10,
      time_zone: "UTC",
      complete: true,
    });
    assert.deepStrictEqual(body.metrics.map(({ name }) => name), metrics.split(","));
    assert.strictEqual(body.tests, 15 * 3 * 2);
    assert.strictEqual(body.correlations.length, body.tests);
    const sameDay = body.correlations.filter(({ lag_days, method }) =>
      lag_days === 0 && method === "pearson"
    );
    assert.deepStrictEqual(
      sameDay.map(({ r, n }) => [Math.round(Number(r) * 1e9) / 1e9, n]),
      Array.from({ length: 15 }, () => [1, 10]),
    );
    assert.match(body.key_findings[0]?.text ?? "", /Correlation is not cause\.$/);
  });
  await t.step("of the usual ones only those that have numbers, across domains", async () => {
    const { body } = await read({ org_id, since: 10, lag_days: 0 });
    assert.deepStrictEqual(body.metrics.map(({ name }) => name), [
      "ai.sessions",
      "ai.cost_usd",
      "delivery.deployments",
      "product.dau",
      "product.events",
    ]);
    assert.deepStrictEqual(
      [...new Set(body.correlations.map(({ x, y }) => `${x} ${y}`))].toSorted(),
      [
        "ai.cost_usd delivery.deployments",
        "ai.cost_usd product.dau",
        "ai.cost_usd product.events",
        "ai.sessions delivery.deployments",
        "ai.sessions product.dau",
        "ai.sessions product.events",
        "delivery.deployments product.dau",
        "delivery.deployments product.events",
      ],
    );
  });
  await t.step(
    "silent days are 0 for counts and unknown for rates, days before the first both",
    async () => {
      const pairs = async (metrics: string) =>
        (await read({ org_id, since: 30, lag_days: 0, metrics })).body.correlations[0]?.["n"];
      assert.strictEqual(await pairs("ai.sessions,delivery.deployments"), 10);
      assert.strictEqual(await pairs("ai.acceptance_rate,delivery.deployments"), 0);
      assert.strictEqual(await pairs("delivery.deployments,delivery.incidents"), 10);
    },
  );
  await t.step("what nobody measures is refused, and so is too much", async () => {
    for (const metrics of ["ai.sessions,ai.mood", "metric.nothing", "event.close"]) {
      assertProblem(await read({ org_id, metrics }), 422, "validation_failed", ["metrics"]);
    }
    const metrics = "ai.sessions,ai.cost_usd,ai.tokens,delivery.commits,delivery.deployments";
    const tooMuch = await read({ org_id, since: 365, lag_days: 14, metrics });
    assertProblem(tooMuch, 422, "validation_failed", ["metrics"]);
    assert.match(String((tooMuch.body as unknown as { detail: string }).detail), /290 comparisons/);
  });
});

Deno.test("GET /insights finds the unusual day with what was deployed on it, and recommends by the KPIs", async () => {
  const org_id = (await newOrganization({ timeZone: "UTC" })).id;
  const weeks = Array.from({ length: 6 }, (_, week) => 2 + 7 * (week + 1));
  const sessionsAt = (daysAgo: number, count: number): AiSession[] =>
    Array.from({ length: count }, () => ({ at: noon(daysAgo), status: 500, accepted: false }));
  await storeSessions(org_id, [
    ...weeks.flatMap((daysAgo, index) => sessionsAt(daysAgo, 10 + index % 2)),
    ...sessionsAt(2, 40),
  ]);
  await sql(
    `with repository as (
       insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/app') returning id
     )
     insert into private.deployments
       (org_id, repository_id, external_id, environment, ref, status, created_at, finished_at, updated_at)
     select $1::uuid, id, '1', 'production', 'v7', 'success', at, at, at from repository, (values ($2::timestamptz)) as d (at)`,
    org_id,
    noon(2).toISOString(),
  );
  const { body, text } = await read({ org_id, since: 7, metrics: "ai.sessions" });
  // Six weeks of 10 and 11: median 10.5, MAD 0.5.
  const [anomaly, ...others] = body.anomalies;
  assert.deepStrictEqual(others, [], text);
  const { metric, date, value, expected, score, n, context } = anomaly ?? {};
  assert.deepStrictEqual([metric, date, value, expected, n], [
    "ai.sessions",
    dateOf(noon(2)),
    40,
    10.5,
    6,
  ]);
  assert.ok(Math.abs(Number(score) - 29.5 / (1.4826 * 0.5)) < 1e-9);
  assert.deepStrictEqual((context as { name: string }[]).map(({ name }) => name), ["v7"]);
  assert.deepStrictEqual(
    body.recommendations.map(({ rule, value }) => [rule, value]).slice(0, 2),
    [["acceptance_rate < 25 %, n ≥ 30", 0], ["error_rate > 5 %, n ≥ 30", 100]],
  );
});

Deno.test("GET /insights of an organization without anything says that there is nothing to compare", async () => {
  const org_id = (await newOrganization()).id;
  const { body } = await read({ org_id });
  assert.deepStrictEqual([body.metrics, body.correlations, body.anomalies], [[], [], []]);
  assert.deepStrictEqual(body.key_findings.map(({ text }) => text), [
    "There is not enough data yet to compare anything.",
  ]);
});

Deno.test("delivery's daily medians go by the day of the merge and of the first deployment", async () => {
  const org_id = (await newOrganization({ timeZone: "Asia/Kolkata" })).id;
  // 20:00 UTC is the next day in Kolkata.
  const evening = new Date(noon(3).getTime() + day / 3).toISOString();
  await sql(
    `with repository as (
       insert into private.repositories (org_id, full_name) values ($1::uuid, 'acme/app') returning id
     ),
     merged as (
       insert into private.pull_requests (org_id, repository_id, external_id, state, created_at, merged_at, updated_at)
       select $1::uuid, id, hours::text, 'merged', at - hours * interval '1 hour', at, at
       from repository, unnest(array[2, 4, 12]) hours, (values ($2::timestamptz)) as m (at)
     ),
     released as (
       insert into private.releases (org_id, repository_id, external_id, tag, published_at)
       select $1::uuid, id, '1', 'v1', $2::timestamptz from repository
     ),
     deployed as (
       insert into private.deployments
         (org_id, repository_id, external_id, environment, status, created_at, finished_at, updated_at)
       select $1::uuid, id, '1', 'production', 'success', $2::timestamptz, $2::timestamptz, $2::timestamptz from repository
       returning id, repository_id
     )
     insert into private.changes (repository_id, environment, sha, org_id, authored_at, deployment_id, deployed_at)
     select repository_id, 'production', 'abcdef' || hours, $1::uuid, $2::timestamptz - hours * interval '1 hour', id, $2::timestamptz
     from deployed, unnest(array[1, 5, 30, -2]) hours`,
    org_id,
    evening,
  );
  const rows = await sql(
    `select name, day::text, value::int from private.insight_series($1::uuid, 'Asia/Kolkata',
       '{delivery.pr_merge_time_hours,delivery.pull_requests_merged,delivery.releases,delivery.lead_time_hours,delivery.deployments}', $2::date - 1, $2::date + 1)
     where value is not null order by name, day`,
    org_id,
    evening.slice(0, 10),
  );
  const next = dateOf(noon(2));
  assert.deepStrictEqual(rows.filter(({ value }) => value !== 0), [
    { name: "delivery.deployments", day: next, value: 1 },
    { name: "delivery.lead_time_hours", day: next, value: 5 }, // 1, 5 and 30; a clock that was wrong is left out
    { name: "delivery.pr_merge_time_hours", day: next, value: 4 },
    { name: "delivery.pull_requests_merged", day: next, value: 3 },
    { name: "delivery.releases", day: next, value: 1 },
  ]);
});
