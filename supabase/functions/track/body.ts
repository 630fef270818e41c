import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../_shared/http/auth.ts";
import { bodyLimits, wholeBody } from "../_shared/intake/body.ts";
import { isRecord } from "../_shared/intake/kinds.ts";

/** The media types that a body of JSON may be sent as: `navigator.sendBeacon` and Segment's browser library say text. */
export const bodyTypes = ["application/json", "text/plain"];

/**
 * Takes the credential from the body where a browser cannot send headers: `writeKey`, as Segment names it. Runs before
 * the guard, and only reads bodies that come without a credential.
 */
export function credentialInBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header("authorization") === undefined && c.req.header("apikey") === undefined) {
      await decode(c);
      const writeKey = writeKeyOf(await c.req.text());
      if (writeKey !== null) {
        replaceRequest(c, await c.req.text(), { authorization: `Bearer ${writeKey}` });
      }
    }
    await next();
  };
}

/** Makes what comes as text, or compressed by gzip, the JSON that routes read. */
export function decodedBody(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await decode(c);
    await next();
  };
}

async function decode(c: Context<AppEnv>): Promise<void> {
  const isPacked = c.req.header("content-encoding") !== undefined;
  const isText = c.req.header("content-type")?.toLowerCase().startsWith("text/plain") ?? false;
  if (isPacked) replaceRequest(c, await wholeBody(c.req.raw, bodyLimits.events));
  else if (isText) replaceRequest(c, await c.req.text());
}

function replaceRequest(
  c: Context<AppEnv>,
  body: string | Awaited<ReturnType<typeof wholeBody>>,
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
    const writeKey = isRecord(body) ? body["writeKey"] : undefined;
    return typeof writeKey === "string" && /^ll_\w+$/.test(writeKey) ? writeKey : null;
  } catch {
    return null; // not JSON: no credential, and without one nobody is told more
  }
}
