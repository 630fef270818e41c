import { isRecord } from "../../../_shared/intake/kinds.ts";
import type { Attributes, AttributeValue } from "./types.ts";

/** Thrown for JSON that is not the message it should be. */
export class MalformedMessage extends Error {
  override name = "MalformedMessage";
}

/**
 * A list of messages in a message, empty when it is not there.
 * @throws MalformedMessage when it is something else.
 */
export function messagesIn(
  message: Record<string, unknown>,
  name: string,
): Record<string, unknown>[] {
  const value = message[name] ?? [];
  if (!Array.isArray(value) || !value.every(isRecord)) {
    throw new MalformedMessage(`${name} is not a list of objects`);
  }
  return value;
}

/** A message in a message, empty when it is not there. @throws MalformedMessage when it is something else. */
export function messageIn(message: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = message[name] ?? {};
  if (!isRecord(value)) throw new MalformedMessage(`${name} is not an object`);
  return value;
}

/** The attributes of a message, by key. */
export function attributesOf(message: Record<string, unknown>): Attributes {
  const attributes: Attributes = {};
  for (const { key, value } of messagesIn(message, "attributes")) {
    const plain = isRecord(value) ? plainValue(value) : undefined;
    if (typeof key === "string" && plain !== undefined) attributes[key] = plain;
  }
  return attributes;
}

/** What an `AnyValue` holds. 64-bit numbers come as digits in JSON. */
export function plainValue(value: Record<string, unknown>): AttributeValue | undefined {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof intValue === "string" || typeof intValue === "number") return Number(intValue);
  if (typeof doubleValue === "number") return doubleValue;
  if (!isRecord(arrayValue)) return undefined;
  return messagesIn(arrayValue, "values").map(plainValue).filter((one) => typeof one === "string");
}

/** Milliseconds of a time in nanoseconds, or undefined for none: 0 is how the protocol says that it is not known. */
export function millisecondsOf(nanoseconds: unknown): number | undefined {
  if (typeof nanoseconds !== "string" && typeof nanoseconds !== "number") return undefined;
  if (!/^\d{1,20}$/.test(String(nanoseconds))) return undefined;
  const milliseconds = Number(BigInt(nanoseconds) / 1_000_000n);
  return milliseconds === 0 ? undefined : milliseconds;
}

/** Everything of one kind in a request, with the attributes of the resource that sent it. */
export function* eachOf(
  request: Record<string, unknown>,
  [resources, scopes, items]: readonly [string, string, string],
): Generator<{ item: Record<string, unknown>; resource: Attributes; scope: string }> {
  for (const ofResource of messagesIn(request, resources)) {
    const resource = attributesOf(messageIn(ofResource, "resource"));
    for (const ofScope of messagesIn(ofResource, scopes)) {
      const scope = String(messageIn(ofScope, "scope")["name"] ?? "");
      for (const item of messagesIn(ofScope, items)) yield { item, resource, scope };
    }
  }
}
