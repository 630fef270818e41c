import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in time that depends on neither their contents nor their lengths. */
export function secretsEqual(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
