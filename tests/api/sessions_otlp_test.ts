import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type Answer, api, testEnv } from "../helpers/stack/api.ts";
import { sql } from "../helpers/stack/database.ts";
import { newOrganization } from "../helpers/tenancy/people.ts";
import { everything } from "../helpers/ai/sessions.ts";

const protobuf = "application/x-protobuf";

function post(
  org_id: string,
  signal: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const path = `/sessions/otlp/v1/${signal}`;
  return api(path, { method: "POST", as: "service", query: { org_id }, body, headers });
}

/** A span of a call; what is not a call is left out of it. */
function span(spanId: string, more: Record<string, unknown> = {}) {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId,
    name: "chat",
    startTimeUnixNano: "1794821400000000000",
    attributes: [{ key: "gen_ai.usage.input_tokens", value: { intValue: "5" } }],
    ...more,
  };
}

function request(...spans: unknown[]) {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

Deno.test("POST /sessions/otlp answers what it took, and a batch sent twice changes nothing", async () => {
  const { id: org } = await newOrganization();
  const body = request(span("b7ad6b7169203331"), span("b7ad6b7169203332"));
  const first = await post(org, "traces", body);
  assert.deepStrictEqual([first.status, first.body], [200, {}]);
  assert.match(first.headers.get("content-type") ?? "", /^application\/json/);
  const before = await everything(org);
  assert.deepStrictEqual((await post(org, "traces", body)).body, {});
  assert.deepStrictEqual(await everything(org), before);
  const [row] = await sql(
    "select external_id, calls, input_tokens::int as input from private.ai_sessions where org_id = $1::uuid",
    org,
  );
  assert.deepStrictEqual(row, {
    external_id: "0af7651916cd43dd8448eb211c80319c",
    calls: 2,
    input: 10,
  });
});

Deno.test("POST /sessions/otlp says in partialSuccess what it did not take, and keeps it", async () => {
  const { id: org } = await newOrganization();
  const body = request(
    span("b7ad6b7169203331"),
    span(""),
    span("b7ad6b7169203333", { startTimeUnixNano: "4102444800000000000" }),
    span("b7ad6b7169203334", { attributes: [] }),
  );
  const { body: answer } = await post(org, "traces", body);
  assert.deepStrictEqual(answer, {
    partialSuccess: {
      rejectedSpans: "2",
      errorMessage:
        "spanId: or traceId is missing; startTimeUnixNano: is more than a day ahead; 1 left, which tell of no call, edit or commit: chat (1) of unknown: nothing is known of it",
    },
  });
  const [row] = await sql(
    "select count(*)::int as n, min(source) as source from private.ai_dead_letters where org_id = $1::uuid",
    org,
  );
  assert.deepStrictEqual(row, { n: 2, source: "otlp traces" });
});

Deno.test("POST /sessions/otlp refuses cumulative sums that do not say since when, naming the variable to set", async () => {
  const { id: org } = await newOrganization();
  const sum = (aggregationTemporality: number) => ({
    resourceMetrics: [{
      scopeMetrics: [{
        metrics: [{
          name: "claude_code.cost.usage",
          sum: {
            aggregationTemporality,
            dataPoints: [{
              asDouble: 1,
              timeUnixNano: "1794821400000000000",
              attributes: [{ key: "session.id", value: { stringValue: "s" } }],
            }],
          },
        }],
      }],
    }],
  });
  const refused = (await post(org, "metrics", sum(2))).body["partialSuccess"] as Record<
    string,
    string
  >;
  assert.strictEqual(refused["rejectedDataPoints"], "1");
  assert.match(refused["errorMessage"] ?? "", /OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE/);
  assert.deepStrictEqual((await post(org, "metrics", sum(1))).body, {});
});

Deno.test("POST /sessions/otlp counts once what Claude Code says in several ways", async () => {
  const { id: org } = await newOrganization();
  const attributes = (from: Record<string, string | number>) =>
    Object.entries({ "session.id": "s", ...from }).map(([key, value]) => ({
      key,
      value: typeof value === "number" ? { doubleValue: value } : { stringValue: value },
    }));
  const timeUnixNano = "1794821400000000000";
  const point = (name: string, value: number, from: Record<string, string>) => ({
    name,
    sum: {
      aggregationTemporality: 1,
      dataPoints: [{ asDouble: value, timeUnixNano, attributes: attributes(from) }],
    },
  });
  const metrics = [
    point("claude_code.token.usage", 100, { type: "input", model: "m" }),
    point("claude_code.cost.usage", 9, { model: "m" }),
    point("claude_code.code_edit_tool.decision", 5, { decision: "reject" }),
    point("claude_code.lines_of_code.count", 12, { type: "added" }),
  ];
  await post(org, "metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  const seen = async () =>
    Object.values(
      (await sql(
        `select input_tokens::int, cost_usd::float8, cost_source, accepted, edits_accepted, edits_rejected, accepted_lines
         from private.ai_sessions where org_id = $1::uuid`,
        org,
      ))[0] ?? {},
    );
  assert.deepStrictEqual(await seen(), [100, 9, "reported", false, 0, 5, null]);
  const events: Record<string, string | number>[] = [
    { "event.name": "api_request", model: "m", input_tokens: 60, cost_usd: 2 },
    { "event.name": "tool_decision", tool_name: "Write", decision: "accept" },
  ];
  const logRecords = events.map((from) => ({
    timeUnixNano,
    body: { stringValue: `claude_code.${from["event.name"]}` },
    attributes: attributes(from),
  }));
  await post(org, "logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  // Events outweigh counters; only counters know how many lines.
  assert.deepStrictEqual(await seen(), [60, 2, "reported", true, 1, 0, 12]);
});

Deno.test("POST /sessions/otlp answers a google.rpc.Status in the request's encoding", async () => {
  const { id: org } = await newOrganization();
  const json = await post(org, "traces", "{");
  assert.deepStrictEqual(
    [json.status, json.body],
    [400, { code: 3, message: "The body is not valid JSON", details: [] }],
  );
  const wrong = await post(org, "logs", { resourceLogs: 1 });
  assert.deepStrictEqual([wrong.status, wrong.body["code"]], [400, 3]);
  const packed = await post(org, "traces", "{}", { "content-encoding": "gzip" });
  assert.deepStrictEqual([packed.status, packed.body["code"]], [400, 3]);
  const bomb = gzipSync(new Uint8Array(9 * 1024 * 1024));
  const large = await post(org, "traces", bomb, {
    "content-encoding": "gzip",
    "content-type": protobuf,
  });
  assert.strictEqual(large.status, 413);
  assert.match(large.headers.get("content-type") ?? "", /^application\/x-protobuf/);
  // A span that ends before it should: field 1, of 5 bytes, with one.
  const cut = await post(org, "traces", Uint8Array.of(10, 5, 10), { "content-type": protobuf });
  assert.strictEqual(cut.status, 400);
  // field 1 (the code) = 3, then field 2 (the message)
  assert.ok(cut.text.startsWith("\u0008\u0003\u0012"), cut.text);
});

Deno.test("POST /sessions/otlp takes an empty request, which has nothing in it", async () => {
  const { id: org } = await newOrganization();
  for (const signal of ["traces", "logs", "metrics"]) {
    const answer = await post(org, signal, new Uint8Array(), { "content-type": protobuf });
    assert.deepStrictEqual([answer.status, answer.text], [200, ""], signal);
    assert.deepStrictEqual((await post(org, signal, "{}")).body, {}, signal);
  }
});

Deno.test("POST /sessions/otlp says without a credential that it wants one, as a Status", async () => {
  const url = `${testEnv("TEST_URL")}/functions/v1/sessions/otlp/v1/traces`;
  const response = await fetch(url, { method: "POST", headers: { "content-type": protobuf } });
  assert.strictEqual(response.status, 401);
  assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
  const [tag, code] = new Uint8Array(await response.arrayBuffer());
  assert.deepStrictEqual([tag, code], [8, 16]);
});
