import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { api, assertProblem } from "../helpers/stack/api.ts";
import { sql, sqlRow } from "../helpers/stack/database.ts";
import { newKey } from "../helpers/tenancy/keys.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { assertTotals, everything, ingest, stored } from "../helpers/ai/sessions.ts";

const ndjson = { "content-type": "application/x-ndjson" };

/** A call of the native shape on 16 November 2026. */
function call(id: string, clock: string, more: Record<string, unknown> = {}) {
  return { id, timestamp: `2026-11-16T${clock}Z`, model: "local-llm", cost_usd: 1, ...more };
}

function lines(records: unknown[]): string {
  return records.map((one) => typeof one === "string" ? one : JSON.stringify(one)).join("\n");
}

async function session(org: string, externalId: string): Promise<Record<string, unknown>> {
  return await sqlRow(
    "select * from private.ai_sessions where org_id = $1::uuid and external_id = $2",
    org,
    externalId,
  );
}

Deno.test("POST /sessions/ingest stores lines, keeps the bad ones with the reason, and sending again changes nothing", async () => {
  const { id: org } = await newOrganization();
  const body = lines([
    call("a", "09:10:00", { session_id: "s", accepted: true, accepted_lines: 10, latency_ms: 100 }),
    "not json",
    call("b", "09:50:00", { session_id: "s", cost_usd: 0.5, status: 500 }),
    "",
    { id: "c", model: "local-llm" },
    call("d", "10:00:00", { developer_id: "Ada", input_tokens: 7 }),
    call("d", "10:00:00", { developer_id: "Ada", input_tokens: 7 }),
  ]);
  const first = await ingest(org, body, { headers: ndjson });
  assert.strictEqual(first.status, 200, first.text);
  const rejected = [
    { index: 1, code: "malformed_json", message: "is not JSON" },
    { index: 3, code: "missing_field", message: "timestamp: is missing" },
  ];
  assert.deepStrictEqual(first.body, {
    success: true,
    received: 6,
    accepted: 3,
    stored: 3,
    duplicates: 1,
    sessions: 2,
    rejected_count: 2,
    rejected,
  });
  const before = await everything(org);
  const again = await ingest(org, body, { headers: ndjson });
  assert.deepStrictEqual([again.body.stored, again.body.duplicates], [0, 4]);
  assert.deepStrictEqual(again.body.rejected, rejected);
  assert.deepStrictEqual(await everything(org), before);
  const { calls, failed_calls, accepted, accepted_lines, latency_ms_sum, latency_calls } =
    await session(org, "s");
  assert.deepStrictEqual(
    [calls, failed_calls, accepted, accepted_lines, Number(latency_ms_sum), latency_calls],
    [2, 1, true, 10, 100, 1],
  );
  await assertTotals(org);
  const letters = await api<{ total_count: number; dead_letters: Record<string, unknown>[] }>(
    "/sessions/dead-letters",
    { as: "service", query: { org_id: org } },
  );
  assert.strictEqual(letters.body.total_count, 2);
  assert.deepStrictEqual(
    letters.body.dead_letters.map(({ reason, record }) => [reason, record]).sort(),
    [
      ["malformed_json: is not JSON", "not json"],
      ["missing_field: timestamp: is missing", '{"id":"c","model":"local-llm"}'],
    ],
  );
});

Deno.test("POST /sessions/ingest moves a session's totals when more becomes known of it", async () => {
  const { id: org } = await newOrganization();
  const steps: Record<string, unknown>[] = [
    call("a", "10:30:00", { session_id: "s", input_tokens: 5 }),
    // An earlier call: the session began an hour before, and mostly with another model.
    call("b", "09:30:00", { session_id: "s", model: "other", input_tokens: 50 }),
    // Who and where, without a call of its own.
    { session_id: "s", developer_id: "Ada", repository: "Acme/Shop", accepted: false },
    // What came first stays.
    { session_id: "s", developer_id: "Bob", repository: "acme/other" },
  ];
  for (const step of steps) {
    assert.strictEqual((await ingest(org, step)).status, 200);
    await assertTotals(org);
  }
  const { developer_id, repository, model, accepted, total_tokens } = await session(org, "s");
  assert.deepStrictEqual(
    [developer_id, repository, model, accepted, Number(total_tokens)],
    ["ada", "acme/shop", "other", false, 55],
  );
  const totals = await sql(
    "select hour, sessions from private.ai_totals where org_id = $1::uuid",
    org,
  );
  assert.strictEqual(totals.length, 1);
});

Deno.test("POST /sessions/ingest says of news about a session that is not there that it is of no use", async () => {
  const { id: org } = await newOrganization();
  const answer = await ingest(org, [{ session_id: "s", accepted: true }, call("a", "09:00:00")]);
  assert.deepStrictEqual([answer.body.stored, answer.body.sessions], [1, 1]);
  assert.deepStrictEqual(answer.body.rejected.map(({ index, code }) => [index, code]), [
    [0, "empty_record"],
  ]);
});

Deno.test("POST /sessions/ingest takes an object, an array, lines called JSON, and any of it as gzip", async () => {
  const { id: org } = await newOrganization();
  const json = { "content-type": "application/json" };
  const bodies: [unknown, Record<string, string>][] = [
    [call("a", "09:00:00"), json],
    [[call("b", "09:00:00")], json],
    [lines([call("c", "09:00:00"), call("d", "09:00:00")]), json],
    [gzipSync(lines([call("e", "09:00:00")])), { ...ndjson, "content-encoding": "gzip" }],
    [gzipSync(JSON.stringify([call("f", "09:00:00")])), { ...json, "content-encoding": "gzip" }],
    [lines([call("g", "09:00:00")]) + "\r\n", { "content-type": "text/plain" }],
    ["[]", json],
    ["", ndjson],
  ];
  const counts = [];
  for (const [body, headers] of bodies) {
    const answer = await ingest(org, body, { headers });
    assert.strictEqual(answer.status, 200, answer.text);
    counts.push(answer.body.stored);
  }
  assert.deepStrictEqual(counts, [1, 1, 2, 1, 1, 1, 0, 0]);
});

Deno.test("POST /sessions/ingest refuses bodies that are not what they say, or too large", async () => {
  const { id: org } = await newOrganization();
  const json = { "content-type": "application/json" };
  assertProblem(await ingest(org, "{", { headers: json }), 400, "malformed_json");
  const packed = { ...json, "content-encoding": "gzip" };
  assertProblem(await ingest(org, "no gzip", { headers: packed }), 400, "bad_request");
  const brotli = { ...json, "content-encoding": "br" };
  assertProblem(await ingest(org, "x", { headers: brotli }), 415, "unsupported_media_type");
  const csv = { "content-type": "text/csv" };
  assertProblem(await ingest(org, "x", { headers: csv }), 415, "unsupported_media_type");
  const bomb = gzipSync(new Uint8Array(9 * 1024 * 1024).fill(32));
  assertProblem(await ingest(org, bomb, { headers: packed }), 413, "payload_too_large");
  const hundred = new Uint8Array(100 * 1024 * 1024);
  assertProblem(await ingest(org, hundred, { headers: ndjson }), 413, "payload_too_large");
  // The same without a length, as one endless line.
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(32)),
  });
  assertProblem(await ingest(org, endless, { headers: ndjson }), 413, "payload_too_large");
});

Deno.test("POST /sessions/ingest stores what came before a line that was never ended", async () => {
  const { id: org } = await newOrganization();
  const endless = `${JSON.stringify(call("a", "09:00:00"))}\n{"pad":"${"x".repeat(2_000_000)}`;
  const answer = await ingest(org, endless, { headers: ndjson });
  assert.deepStrictEqual([answer.body.stored, answer.body.rejected[0]?.code], [1, "too_large"]);
});

Deno.test("POST /sessions/ingest at once with the same records stores each once", async () => {
  const { id: org } = await newOrganization();
  const records = Array.from(
    { length: 40 },
    (_, index) =>
      call(`c${index}`, `09:${String(index).padStart(2, "0")}:00`, {
        session_id: `s${index % 7}`,
        input_tokens: index,
        accepted: index % 2 === 0,
        accepted_lines: index,
      }),
  );
  const answers = await Promise.all(
    [records, records.toReversed(), records, records.toReversed()].map((body) => ingest(org, body)),
  );
  assert.deepStrictEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
  assert.strictEqual(answers.reduce((sum, { body }) => sum + body.stored, 0), 40);
  await assertTotals(org);
  const [row] = await sql(
    "select count(*)::int as sessions, sum(calls)::int as calls, sum(input_tokens)::int as tokens from private.ai_sessions where org_id = $1::uuid",
    org,
  );
  assert.deepStrictEqual(row, { sessions: 7, calls: 40, tokens: 780 });
});

Deno.test("POST /sessions/ingest is not for keys that post for one source of metrics", async () => {
  const { id: org } = await newOrganization();
  const { key } = await newKey(org, { scopes: ["ingest"], sourceName: "ga4" });
  const answer = await ingest(org, call("a", "09:00:00"), { as: { token: key } });
  assertProblem(answer, 403, "forbidden");
});

Deno.test("a call costs what its source says, else the price of its day, its own organization's first, and keeps it", async () => {
  const { id: org } = await newOrganization();
  const price = (model: string, valid_from: string, input_usd: number, more = {}) =>
    api("/sessions/prices", {
      method: "PUT",
      as: "service",
      query: { org_id: org },
      body: { model, valid_from, input_usd, output_usd: 10, ...more },
    });
  const priced = (id: string, model: string, day: string, more = {}) => ({
    id,
    model,
    timestamp: `2026-11-${day}T12:00:00Z`,
    input_tokens: 1_000_000,
    cache_read_tokens: 1_000_000,
    ...more,
  });
  await price("House-Model", "2026-11-01", 2);
  await price("house-model", "2026-11-10", 4, { cache_read_usd: 0.5, cache_write_usd: 5 });
  await stored(org, [
    priced("reported", "house-model", "12", { cost_usd: 0.125 }),
    priced("early", "acme/HOUSE-MODEL-2026-10-01", "05"),
    priced("late", "house-model", "10", { cache_write_tokens: 100_000, output_tokens: 100_000 }),
    priced("before", "house-model", "12", { timestamp: "2026-10-31T23:59:59Z" }),
    priced("seeded", "us.anthropic.claude-sonnet-4-20250514-v1:0", "05"),
    priced("unknown", "nobody-knows", "05"),
    { id: "nothing", model: "nobody-knows", timestamp: "2026-11-05T12:00:00Z", error: "refused" },
  ]);
  await price("claude-sonnet-4", "2026-01-01", 100);
  await price("house-model", "2026-11-10", 400);
  await stored(org, [priced("own", "anthropic/claude-sonnet-4", "05")]);
  const rows = await sql<Record<string, unknown>>(
    `select c.external_id, c.cost_usd::float8, c.cost_source, p.input_usd::float8
     from private.ai_calls c left join private.ai_prices p on p.id = c.price_id where c.org_id = $1::uuid order by 1`,
    org,
  );
  assert.deepStrictEqual(rows.map(Object.values), [
    ["before", null, null, null],
    ["early", 4, "estimated", 2], // the cache costs what input does where no price is given
    ["late", 6, "estimated", 4], // 4 + 0.5 + 0.5 + 1
    ["nothing", 0, "estimated", null],
    ["own", 200, "estimated", 100],
    ["reported", 0.125, "reported", null],
    ["seeded", 3.3, "estimated", 3],
    ["unknown", null, null, null],
  ]);
  await assertTotals(org);
});

Deno.test("prices: the latest set on a day is the one, and a deleted one prices no more", async () => {
  const { id: org } = await newOrganization();
  const query = { org_id: org };
  const list = async () =>
    (await api<{ prices: { input_usd: number; own: boolean }[] }>("/sessions/prices", {
      as: "service",
      query: { ...query, model: "gpt-4o-mini-2024-07-18" },
    })).body.prices.map(({ input_usd, own }) => [input_usd, own]);
  const body = { model: "gpt-4o-mini", valid_from: "2026-01-01", input_usd: 1, output_usd: 1 };
  assert.deepStrictEqual(await list(), [[0.15, false]]);
  for (const input_usd of [1, 2]) {
    const set = { method: "PUT", as: "service" as const, query, body: { ...body, input_usd } };
    assert.strictEqual((await api("/sessions/prices", set)).status, 200);
  }
  assert.deepStrictEqual(await list(), [[2, true], [0.15, false]]);
  const remove = {
    method: "DELETE",
    as: "service" as const,
    query: { ...query, model: "gpt-4o-mini", valid_from: "2026-01-01" },
  };
  assert.strictEqual((await api("/sessions/prices", remove)).status, 204);
  assert.deepStrictEqual(await list(), [[0.15, false]]);
  assertProblem(await api("/sessions/prices", remove), 404, "not_found");
});

Deno.test("policies are set, replaced and deleted by repository, however it is written", async () => {
  const { id: org } = await newOrganization();
  const query = { org_id: org };
  for (const models of [["a"], ["b", "c-*"]]) {
    const body = { repository: "https://github.com/Acme/Shop.git", models };
    const answer = await api("/sessions/policies", { method: "PUT", as: "service", query, body });
    assert.strictEqual(answer.status, 200, answer.text);
  }
  const list = async () =>
    (await api<{ policies: { repository: string; models: string[] }[] }>("/sessions/policies", {
      as: "service",
      query,
    })).body.policies.map(({ repository, models }) => [repository, models]);
  assert.deepStrictEqual(await list(), [["acme/shop", ["b", "c-*"]]]);
  const remove = {
    method: "DELETE",
    as: "service" as const,
    query: { ...query, repository: "ACME/shop" },
  };
  assert.strictEqual((await api("/sessions/policies", remove)).status, 204);
  assertProblem(await api("/sessions/policies", remove), 404, "not_found");
  const nowhere = { repository: "https://github.com/", models: ["a"] };
  const answer = await api("/sessions/policies", {
    method: "PUT",
    as: "service",
    query,
    body: nowhere,
  });
  assertProblem(answer, 422, "validation_failed", ["repository"]);
});
