import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Signal } from "./types.ts";

/** Thrown for bytes that are no such message. */
export class MalformedProtobuf extends Error {
  override name = "MalformedProtobuf";
}

/**
 * Reads an OTLP request as the object that OTLP's JSON encoding would have: 64-bit numbers and times as digits, ids as
 * hexadecimal digits. Fields that are not in the tables below are skipped.
 * @throws MalformedProtobuf for bytes that are no such message, or nested deeper than attributes may be.
 */
export function decodeRequest(signal: Signal, bytes: Uint8Array): Record<string, unknown> {
  try {
    return decode(new BinaryReader(bytes), bytes.byteLength, requests[signal], 0);
  } catch (cause) {
    if (cause instanceof MalformedProtobuf) throw cause;
    throw new MalformedProtobuf("The body is not a Protobuf message of OTLP", { cause });
  }
}

/** A response of OTLP; `rejected` is the number of spans, log records or data points that were not taken. */
export function encodeResponse(rejected: number, message: string): Uint8Array {
  const writer = new BinaryWriter();
  if (rejected === 0 && message === "") return writer.finish();
  writer.tag(1, WireType.LengthDelimited).fork();
  if (rejected > 0) writer.tag(1, WireType.Varint).int64(rejected);
  if (message !== "") writer.tag(2, WireType.LengthDelimited).string(message);
  return writer.join().finish();
}

/** A `google.rpc.Status`. */
export function encodeStatus(code: number, message: string): Uint8Array {
  return new BinaryWriter().tag(1, WireType.Varint).int32(code)
    .tag(2, WireType.LengthDelimited).string(message).finish();
}

type Scalar =
  | "string"
  | "bool"
  | "int64"
  | "double"
  | "fixed64"
  | "sfixed64"
  | "enum"
  | "hex";
interface Field {
  name: string;
  type: Scalar | (() => Message);
  isList?: true;
}
type Message = Record<number, Field>;

const list = (name: string, type: () => Message): Field => ({ name, type, isList: true });
const one = (name: string, type: Field["type"]): Field => ({ name, type });

// https://github.com/open-telemetry/opentelemetry-proto, what of version 1 is read here.
const anyValue: Message = {
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int64"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => ({ 1: list("values", () => anyValue) })),
};
const keyValue: Message = { 1: one("key", "string"), 2: one("value", () => anyValue) };
const attributes = list("attributes", () => keyValue);

const resource = one("resource", () => ({ 1: attributes }));
const scope = one("scope", () => ({ 1: one("name", "string"), 2: one("version", "string") }));

const span: Message = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  5: one("name", "string"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: attributes,
  15: one("status", () => ({ 2: one("message", "string"), 3: one("code", "enum") })),
};
const logRecord: Message = {
  1: one("timeUnixNano", "fixed64"),
  5: one("body", () => anyValue),
  6: attributes,
  9: one("traceId", "hex"),
  10: one("spanId", "hex"),
  11: one("observedTimeUnixNano", "fixed64"),
  12: one("eventName", "string"),
};
const dataPoint: Message = {
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("asDouble", "double"),
  6: one("asInt", "sfixed64"),
  7: attributes,
};
const histogramPoint = (attributesAt: 1 | 9): Message => ({
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  5: one("sum", "double"),
  [attributesAt]: attributes,
});
const histogram = (attributesAt: 1 | 9) => (): Message => ({
  1: list("dataPoints", () => histogramPoint(attributesAt)),
  2: one("aggregationTemporality", "enum"),
});
const metric: Message = {
  1: one("name", "string"),
  7: one("sum", () => ({
    1: list("dataPoints", () => dataPoint),
    2: one("aggregationTemporality", "enum"),
    3: one("isMonotonic", "bool"),
  })),
  9: one("histogram", histogram(9)),
  10: one("exponentialHistogram", histogram(1)),
};

const requests: Record<Signal, Message> = {
  traces: {
    1: list("resourceSpans", () => ({
      1: resource,
      2: list("scopeSpans", () => ({ 1: scope, 2: list("spans", () => span) })),
    })),
  },
  logs: {
    1: list("resourceLogs", () => ({
      1: resource,
      2: list("scopeLogs", () => ({ 1: scope, 2: list("logRecords", () => logRecord) })),
    })),
  },
  metrics: {
    1: list("resourceMetrics", () => ({
      1: resource,
      2: list("scopeMetrics", () => ({ 1: scope, 2: list("metrics", () => metric) })),
    })),
  },
};

const wireTypes: Record<Scalar, WireType> = {
  string: WireType.LengthDelimited,
  bool: WireType.Varint,
  int64: WireType.Varint,
  double: WireType.Bit64,
  fixed64: WireType.Bit64,
  sfixed64: WireType.Bit64,
  enum: WireType.Varint,
  hex: WireType.LengthDelimited,
};

/** Attributes may hold attributes; what nests deeper was made to exhaust the stack. */
const maxDepth = 32;

function decode(
  reader: BinaryReader,
  end: number,
  message: Message,
  depth: number,
): Record<string, unknown> {
  if (depth > maxDepth) throw new MalformedProtobuf("The message is nested too deeply");
  const result: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = message[number];
    if (field === undefined || wireType !== wireTypeOf(field)) {
      reader.skip(wireType, number);
      continue;
    }
    const value = readValue(reader, end, field, depth);
    if (!field.isList) result[field.name] = value;
    else {
      const kept = result[field.name];
      if (Array.isArray(kept)) kept.push(value);
      else result[field.name] = [value];
    }
  }
  if (reader.pos > end) throw new MalformedProtobuf("The message is cut off");
  return result;
}

function wireTypeOf({ type }: Field): WireType {
  return typeof type === "string" ? wireTypes[type] : WireType.LengthDelimited;
}

function readValue(reader: BinaryReader, end: number, { type }: Field, depth: number): unknown {
  if (typeof type === "function") {
    const length = reader.uint32();
    if (reader.pos + length > end) throw new MalformedProtobuf("The message is cut off");
    return decode(reader, reader.pos + length, type(), depth + 1);
  }
  switch (type) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "int64":
      return String(reader.int64());
    case "double":
      return reader.double();
    case "fixed64":
      return String(reader.fixed64());
    case "sfixed64":
      return String(reader.sfixed64());
    case "enum":
      return reader.int32();
    case "hex":
      return [...reader.bytes()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
