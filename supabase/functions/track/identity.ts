import { createHash } from "node:crypto";

/** The UUID that a client's event id is stored as: itself if it is one, else one made from its SHA-256. */
export function eventKey(id: string): string {
  if (uuid.test(id)) return id.toLowerCase();
  const hex = createHash("sha256").update(id).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`, // version 8: made of something else, RFC 9562
    `${"89ab".charAt(parseInt(hex.charAt(16), 16) & 3)}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/**
 * The id of an event without one in a request with an `Idempotency-Key`: the same for the same key, place and event, so
 * that a key used for something else by mistake loses nothing.
 */
export function idFromIdempotencyKey(key: string, index: number, event: object): string {
  return `idempotency-key:${index}:${key} ${JSON.stringify(event)}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
