import assert from "node:assert/strict";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { millisecondsOf } from "../../supabase/functions/sessions/formats/otlp/attributes.ts";
import { entriesIn } from "../../supabase/functions/sessions/formats/otlp/entries.ts";
import {
  decodeRequest,
  encodeResponse,
  encodeStatus,
  MalformedProtobuf,
} from "../../supabase/functions/sessions/formats/otlp/protobuf.ts";
import { Rejection } from "../../supabase/functions/_shared/intake/rejection.ts";

const now = Date.parse("2026-11-16T12:00:00Z");
const nanoseconds = "1794821400000000000"; // 2026-11-16T09:30:00Z
const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

type Attribute = string | number | boolean;

function attributes(from: Record<string, Attribute>) {
  return Object.entries(from).map(([key, value]) => ({
    key,
    value: typeof value === "string"
      ? { stringValue: value }
      : typeof value === "boolean"
      ? { boolValue: value }
      : Number.isInteger(value)
      ? { intValue: String(value) }
      : { doubleValue: value },
  }));
}

function spanRequest(from: Record<string, Attribute>, more: Record<string, unknown> = {}) {
  const span = {
    ...ids,
    name: "chat",
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: "1794821401500000000",
    attributes: attributes(from),
    ...more,
  };
  return { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
}

function call(from: Record<string, Attribute>, more?: Record<string, unknown>) {
  const [entry] = entriesIn("traces", spanRequest(from, more), now);
  assert.ok(entry && !(entry.judged instanceof Rejection), JSON.stringify(entry));
  return entry.judged;
}

Deno.test("spans are calls by gen_ai's names, old and new, and by OpenInference's", () => {
  const expected = {
    external_id: `${ids.traceId}:${ids.spanId}`,
    at: "2026-11-16T09:30:00.000Z",
    input_tokens: 70,
    output_tokens: 20,
    cache_read_tokens: 30,
    cache_write_tokens: 0,
    provider: "openai",
    model: "gpt-5.4",
    latency_ms: 1500,
  };
  const conventions: Record<string, Record<string, Attribute>> = {
    "1.40": {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt",
      "gen_ai.response.model": "gpt-5.4",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.cache_read.input_tokens": 30,
      "gen_ai.usage.output_tokens": 20,
    },
    "1.26": {
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-5.4",
      "gen_ai.usage.prompt_tokens": 100,
      "gen_ai.usage.cache_read_input_tokens": 30,
      "gen_ai.usage.completion_tokens": 20,
    },
    OpenInference: {
      "openinference.span.kind": "LLM",
      "llm.provider": "openai",
      "llm.model_name": "gpt-5.4",
      "llm.token_count.prompt": 100,
      "llm.token_count.prompt_details.cache_read": 30,
      "llm.token_count.completion": 20,
    },
  };
  for (const [version, given] of Object.entries(conventions)) {
    assert.deepStrictEqual(call(given).call, expected, version);
  }
});

Deno.test("a span's session, developer and repository come from it or its resource", () => {
  const usage = { "gen_ai.usage.input_tokens": 1 };
  assert.strictEqual(call(usage).session.external_id, ids.traceId);
  assert.strictEqual(call({ ...usage, "session.id": "s" }).session.external_id, "s");
  const request = spanRequest({ ...usage, "gen_ai.conversation.id": "talk", "session.id": "s" });
  const [ofResource] = request.resourceSpans;
  Object.assign(ofResource ?? {}, {
    resource: {
      attributes: attributes({
        "enduser.id": "Ada",
        "vcs.repository.url.full": "https://github.com/Acme/Shop",
      }),
    },
  });
  const [entry] = entriesIn("traces", request, now);
  assert.ok(entry && !(entry.judged instanceof Rejection));
  assert.deepStrictEqual(entry.judged.session, {
    external_id: "talk",
    source: "otlp",
    developer_id: "ada",
    repository: "acme/shop",
  });
});

Deno.test("spans of agents, tools and anything else are no calls", () => {
  const others: Record<string, Attribute>[] = [
    { "http.request.method": "GET" },
    { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 100 },
    { "gen_ai.operation.name": "execute_tool", "gen_ai.request.model": "gpt-5.4" },
    { "openinference.span.kind": "CHAIN", "llm.token_count.prompt": 100 },
  ];
  for (const given of others) {
    assert.deepStrictEqual(entriesIn("traces", spanRequest(given), now), [], JSON.stringify(given));
  }
  const claude = spanRequest({ "gen_ai.usage.input_tokens": 1 }, {
    name: "claude_code.llm_request",
  });
  assert.deepStrictEqual(entriesIn("traces", claude, now), []);
});

Deno.test("a span that ended in an error is a failed call, and one without ids is refused", () => {
  const usage = { "gen_ai.usage.input_tokens": 1, "http.response.status_code": 529 };
  const failed = call(usage, { status: { code: 2, message: "overloaded" } }).call;
  assert.deepStrictEqual([failed?.status, failed?.error], [529, "overloaded"]);
  for (
    const [field, value] of [["spanId", ""], ["traceId", "0".repeat(32)], [
      "startTimeUnixNano",
      "0",
    ]]
  ) {
    const [entry] = entriesIn("traces", spanRequest(usage, { [String(field)]: value }), now);
    assert.ok(entry?.judged instanceof Rejection, String(field));
  }
});

Deno.test("clocks that are ahead by more than a day are refused, by less mean now", () => {
  const ahead = (hours: number) => ({
    startTimeUnixNano: `${BigInt(now + hours * 3_600_000) * 1_000_000n}`,
  });
  const usage = { "gen_ai.usage.input_tokens": 1 };
  assert.strictEqual(call(usage, ahead(23)).call?.at, "2026-11-16T12:00:00.000Z");
  const [entry] = entriesIn("traces", spanRequest(usage, ahead(25)), now);
  assert.ok(entry?.judged instanceof Rejection);
  assert.strictEqual(entry.judged.code, "invalid_time");
});

Deno.test("metrics are sums of Claude Code; cumulative ones that do not say since when are refused with the way out", () => {
  const request = (name: string, aggregationTemporality: number) => ({
    resourceMetrics: [{
      scopeMetrics: [{
        metrics: [{
          name,
          sum: {
            aggregationTemporality,
            dataPoints: [{
              asDouble: 0.5,
              timeUnixNano: nanoseconds,
              attributes: attributes({ "session.id": "s", "user.id": "ada", model: "m" }),
            }],
          },
        }],
      }],
    }],
  });
  const [delta] = entriesIn("metrics", request("claude_code.cost.usage", 1), now);
  assert.ok(delta && !(delta.judged instanceof Rejection));
  const { external_id, ...counter } = delta.judged.counter ?? {};
  assert.match(String(external_id), /^sha256:/);
  assert.deepStrictEqual(counter, {
    at: "2026-11-16T09:30:00.000Z",
    name: "claude_code.cost.usage",
    attributes: { model: "m" },
    value: 0.5,
  });
  const [cumulative] = entriesIn("metrics", request("claude_code.cost.usage", 2), now);
  assert.ok(cumulative?.judged instanceof Rejection);
  assert.match(cumulative.judged.message, /TEMPORALITY_PREFERENCE=delta/);
  assert.deepStrictEqual(entriesIn("metrics", request("http.server.duration", 2), now), []);
});

Deno.test("decodeRequest() reads Protobuf as its JSON, and knows every way of being cut off", () => {
  const whole = protobufSpan();
  assert.deepStrictEqual(decodeRequest("traces", whole), {
    resourceSpans: [{
      scopeSpans: [{
        spans: [{
          ...ids,
          name: "chat",
          startTimeUnixNano: nanoseconds,
          attributes: [{ key: "gen_ai.usage.input_tokens", value: { intValue: "5" } }],
        }],
      }],
    }],
  });
  assert.deepStrictEqual(decodeRequest("traces", new Uint8Array()), {});
  for (let length = 1; length < whole.byteLength; length++) {
    assert.throws(() => decodeRequest("traces", whole.subarray(0, length)), MalformedProtobuf);
  }
});

Deno.test("decodeRequest() answers garbage with MalformedProtobuf or with what it could skip, and nothing else", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) % 256;
  for (let round = 0; round < 500; round++) {
    const bytes = Uint8Array.from({ length: 1 + random() }, random);
    try {
      decodeRequest(round % 2 === 0 ? "traces" : "metrics", bytes);
    } catch (error) {
      assert.ok(error instanceof MalformedProtobuf, String(error));
    }
  }
});

Deno.test("decodeRequest() does not follow attributes into any depth", () => {
  let value = new BinaryWriter().tag(1, WireType.LengthDelimited).string("deep").finish();
  for (let depth = 0; depth < 100; depth++) {
    const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
    value = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(list).finish();
  }
  const attribute = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(value).finish();
  assert.throws(
    () => decodeRequest("traces", within([1, 2, 2, 9], attribute)),
    /nested too deeply/,
  );
});

Deno.test("responses are encoded as the protocol has them", () => {
  assert.deepStrictEqual([...encodeResponse(0, "")], []);
  // field 1: a message of field 1 = 3 and field 2 = "no"
  assert.deepStrictEqual([...encodeResponse(3, "no")], [10, 6, 8, 3, 18, 2, 110, 111]);
  assert.deepStrictEqual([...encodeStatus(3, "no")], [8, 3, 18, 2, 110, 111]);
});

Deno.test("millisecondsOf() reads nanoseconds without losing a digit", () => {
  assert.strictEqual(millisecondsOf("1794821400123456789"), 1794821400123);
  for (const unknown of ["0", 0, "", "x", "-1", undefined, {}, 1.5]) {
    assert.strictEqual(millisecondsOf(unknown), undefined, String(unknown));
  }
});

/** A message inside messages, by their field numbers from the outside in. */
function within(fields: number[], message: Uint8Array): Uint8Array {
  return fields.reduceRight(
    (inner, field) => new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(inner).finish(),
    message,
  );
}

function protobufSpan(): Uint8Array {
  const bytes = (hex: string) =>
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const value = new BinaryWriter().tag(3, WireType.Varint).int64(5).finish();
  const attribute = new BinaryWriter()
    .tag(1, WireType.LengthDelimited).string("gen_ai.usage.input_tokens")
    .tag(2, WireType.LengthDelimited).bytes(value).finish();
  const span = new BinaryWriter()
    .tag(1, WireType.LengthDelimited).bytes(bytes(ids.traceId))
    .tag(2, WireType.LengthDelimited).bytes(bytes(ids.spanId))
    .tag(5, WireType.LengthDelimited).string("chat")
    .tag(7, WireType.Bit64).fixed64(nanoseconds)
    .tag(9, WireType.LengthDelimited).bytes(attribute).finish();
  return within([1, 2, 2], span);
}
