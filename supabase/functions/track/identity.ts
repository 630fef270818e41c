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

/** The event ids of a request that brings an `Idempotency-Key` instead: the same for the same key and position. */
export function idFromIdempotencyKey(key: string, index: number): string {
  return `idempotency-key:${index}:${key}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
