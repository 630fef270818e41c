import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../_shared/http/auth.ts";
import { bodyLimits, wholeBody } from "../_shared/intake/body.ts";
import { isRecord } from "../_shared/intake/kinds.ts";
import { withDigitsKept } from "./digits.ts";

/**
 * The media types that a body of JSON may be sent as: `navigator.sendBeacon` and Segment's browser library say text, and what HTTP libraries say of bytes
 * that nobody gave a type, as RudderStack's of those it compressed, is nothing or a form.
 */
export const bodyTypes = [
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "",
];

/**
 * Takes the credential from the query or the body where a browser cannot send headers: `writeKey`, as Segment names it; or from Jitsu's header `X-Write-Key`, where a name and a
 * colon stand before it. Runs before
 * the guard, and only reads bodies that come without a credential.
 */
export function credentialInBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("authorization") === undefined && c.req.header("apikey") === undefined) {
      await decode(c);
      const writeKey = asWriteKey(c.req.header("x-write-key")?.split(":").at(-1)) ??
        asWriteKey(c.req.query("writeKey")) ??
        writeKeyOf(await c.req.text());
      if (writeKey !== null) {
        replaceRequest(c, await c.req.text(), { authorization: `Bearer ${writeKey}` });
      }
    }
    await next();
  };
}

/** Makes what comes as text, or compressed by gzip, the JSON that routes read, with every digit of its numbers. */
export function decodedBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await decode(c);
    await next();
  };
}

async function decode(c: Context<AppEnv>): Promise<void> {
  const isPacked = c.req.header("content-encoding") !== undefined;
  const isJson = c.req.header("content-type")?.toLowerCase().startsWith("application/json");
  const text = isPacked
    ? new TextDecoder().decode(await wholeBody(c.req.raw, bodyLimits.events))
    : await c.req.text();
  const json = withDigitsKept(text);
  if (isPacked || !isJson || json !== text) replaceRequest(c, json);
}

function replaceRequest(
  c: Context<AppEnv>,
  body: string,
  more: Record<string, string> = {},
): void {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  c.req.raw = new Request(c.req.url, {
    method: c.req.method,
    headers,
    body,
  });
  c.req.bodyCache = {};
}

function writeKeyOf(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return asWriteKey(isRecord(body) ? body["writeKey"] : undefined);
  } catch {
    return null; // not JSON: no credential, and without one nobody is told more
  }
}

/** What is not a key of ours never counts, whatever else would pass for a credential. */
function asWriteKey(given: unknown): string | null {
  return typeof given === "string" && /^ll_\w+$/.test(given) ? given : null;
}
