import assert from "node:assert/strict";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { logLines, sql, sqlRow } from "../helpers/stack/database.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

Deno.test("GET /health/liveness answers ok", async () => {
  const answer = await api("/health/liveness");
  assert.strictEqual(answer.status, 200);
  assert.deepStrictEqual(answer.body, { status: "ok" });
});

Deno.test("GET /health/readiness names each check and no host or secret", async () => {
  const answer = await api<{ ready: boolean; checks: Record<string, { status: string }> }>(
    "/health/readiness",
  );
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(answer.body.ready, true);
  assert.deepStrictEqual(
    Object.entries(answer.body.checks).map(([name, { status }]) => [name, status]),
    [
      ["configuration", "ok"],
      ["database", "ok"],
      ["migrations", "ok"],
      ["auth", "ok"],
      ["cron", "ok"],
      ["scheduled_calls", "ok"],
      ["demo_logins", "ok"],
    ],
  );
  assert.doesNotMatch(answer.text, /127\.0\.0\.1|localhost|sb_secret|sb_publishable/);
});

Deno.test("GET /health/status answers version, environment, digest and last ingest by source", async () => {
  const { email } = await seedPerson();
  const source = `source-${crypto.randomUUID()}`;
  const stored = await api("/metrics/ingest", {
    method: "POST",
    as: "service",
    body: { email, source_name: source, metric_date: "2026-11-16", data: { sessions: 1 } },
  });
  assert.strictEqual(stored.status, 200);
  const { at } = await sqlRow<{ at: string }>(
    "select max(updated_at)::text as at from public.metrics where source_name = $1",
    source,
  );

  const { status, body } = await api<{
    version: string;
    environment: string;
    digest: { next_at: string; last_at: string | null };
    last_ingest: { source_name: string; at: string }[];
  }>("/health/status", { as: "service" });
  assert.strictEqual(status, 200);
  assert.match(body.version, /^\d+\.\d+\.\d+$/);
  assert.strictEqual(body.environment, "development");
  const mine = body.last_ingest.find((one) => one.source_name === source);
  assert.strictEqual(Date.parse(mine?.at ?? ""), Date.parse(at));
  // The nearest due time of the organizations there are: ahead of now, and within a week of it.
  const { ahead } = await sqlRow<{ ahead: boolean }>(
    "select $1::timestamptz > now() and $1::timestamptz <= now() + interval '8 days' as ahead",
    body.digest.next_at,
  );
  assert.strictEqual(ahead, true, body.digest.next_at);
});

Deno.test("GET /health/status answers what the database takes on the disk, by pillar, and how it grows", async () => {
  // As if it had been noted ten days ago, and each pillar had been empty then.
  await sql(
    `insert into private.disk_sizes (day, pillar, bytes)
     select (now() at time zone 'UTC')::date - 10, pillar, 0
     from unnest(array['metrics', 'product', 'delivery', 'ai', 'digest', 'platform', 'rest']) as pillar
     on conflict do nothing`,
  );
  const { status, text, body } = await api<{
    disk: {
      bytes: number;
      pillars: { pillar: string; bytes: number }[];
      since: string;
      growth_bytes_per_day: number;
      limit_bytes: number | null;
      days_left: number | null;
      null_reason: string | null;
    };
  }>("/health/status", { as: "service" });
  assert.strictEqual(status, 200, text);
  const { bytes, pillars, since, growth_bytes_per_day: growth } = body.disk;
  const sum = pillars.reduce((total, one) => total + one.bytes, 0);
  assert.strictEqual(sum, bytes);
  assert.deepStrictEqual(pillars.map(({ pillar }) => pillar).sort(), [
    "ai",
    "delivery",
    "digest",
    "metrics",
    "platform",
    "product",
    "rest",
  ]);
  for (const { pillar, bytes } of pillars) assert.ok(bytes > 0, pillar);
  const { day } = await sqlRow<{ day: string }>(
    "select ((now() at time zone 'UTC')::date - 10)::text as day",
  );
  assert.strictEqual(since, day);
  assert.strictEqual(growth, Math.round(bytes / 10));
  const { limit_bytes, days_left, null_reason } = body.disk;
  assert.deepStrictEqual([limit_bytes, days_left, null_reason], [null, null, "no_limit"]);
});

Deno.test("every answer carries the request's id, the caller's if it is a sane one", async () => {
  const cases: [string, boolean][] = [
    ["import-2026-11-16", true],
    ["0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e", true],
    ["short", false],
    ["with spaces and more", false],
    ["x".repeat(129), false],
  ];
  for (const [given, kept] of cases) {
    const { headers } = await api("/health/liveness", { headers: { "x-request-id": given } });
    const answered = headers.get("x-request-id") ?? "";
    assert.strictEqual(answered === given, kept, given);
    assert.match(answered, /^[A-Za-z0-9._-]{8,128}$/);
  }
});

Deno.test("every request is one log line without secrets or addresses", async () => {
  const { email } = await seedPerson();
  const id = crypto.randomUUID();
  await api("/dashboard/tiles", {
    as: "service",
    query: { email },
    headers: { "x-request-id": id },
  });
  const lines = await logLines(id);
  assert.strictEqual(lines.length, 1, lines.join("\n"));
  const { duration_ms, ...line } = JSON.parse(lines[0] ?? "");
  assert.strictEqual(typeof duration_ms, "number");
  assert.deepStrictEqual(line, {
    level: "info",
    event: "request",
    function: "dashboard",
    method: "GET",
    route: "/dashboard/tiles",
    status: 200,
    request_id: id,
    caller: "service",
  });
});

Deno.test("an unknown path is a problem, with the request's id and CORS headers", async () => {
  for (const path of ["/health/nothing", "/digest", "/metrics/ingest/more", "/dashboard/tiles/"]) {
    const answer = await api(path, { as: "service", headers: { origin: "https://a.example" } });
    assertProblem(answer, 404, "not_found");
    assert.strictEqual(answer.headers.get("access-control-allow-origin"), "*");
    const text = { method: "POST", body: "text", headers: { "content-type": "text/plain" } };
    assertProblem(await api(path, { as: "service", ...text }), 404, "not_found");
  }
});
