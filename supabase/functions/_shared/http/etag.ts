import { createHash } from "node:crypto";
import { version as release } from "./version.ts";

/**
 * The weak ETag of an answer: of what was asked and the state of the data it came from, not of its bytes, so that a client that
 * has it is told 304 without anything being read.
 */
export function etagOf(url: string, state: unknown): string {
  const { pathname, searchParams } = new URL(url);
  const asked = [...searchParams].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const digest = createHash("sha256").update(JSON.stringify([release, pathname, asked, state]));
  return `W/"${digest.digest("base64url").slice(0, 27)}"`;
}

/** Whether `If-None-Match` names this ETag: weak comparison, RFC 9110, 13.1.2. */
export function matchesEtag(ifNoneMatch: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return ifNoneMatch.trim() === "*" ||
    ifNoneMatch.split(",").some((tag) => opaque(tag) === opaque(etag));
}
