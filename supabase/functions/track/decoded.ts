import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../_shared/http/auth.ts";
import { Problem } from "../_shared/http/problem.ts";
import { bodyLimits, wholeBody } from "../_shared/intake/body.ts";
import { isRecord } from "../_shared/intake/kinds.ts";
import { withDigitsKept } from "./digits.ts";
import type { Decoded } from "./types.ts";

const found = new WeakMap<Context, Decoded>();

/** What {@link decodedAs} found in a request. */
export function decodedOf(c: Context): Decoded {
  const decoded = found.get(c);
  if (decoded === undefined) throw new Error("The route does not decode its requests");
  return decoded;
}

/**
 * Unpacks a request and takes its key to be the credential, before the guard asks for one. Clients put JSON into the body, compressed by gzip whether or not a
 * header says so, or into a form's `data` or the query's, in base64 or as it is.
 * @param itemsIn the member that has the items
 * @param keyOf where the key is, in what is said of all or in an item
 * @param keyIn where it is in the request
 */
export function decodedAs(
  itemsIn: string,
  keyOf: (item: Record<string, unknown>) => unknown,
  keyIn: (c: Context<AppEnv>) => string | undefined = () => undefined,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const value = parse(await jsonTextOf(c));
    const whole = isRecord(value) ? value : {};
    const listed = whole[itemsIn];
    const items = Array.isArray(value) ? value : Array.isArray(listed) ? listed : [value];
    found.set(c, { items, whole });
    const [first] = items;
    const key = keyIn(c) ?? keyOf(whole) ?? (isRecord(first) ? keyOf(first) : undefined);
    if (typeof key === "string" && /^ll_\w+$/.test(key)) authorize(c, key);
    await next();
  };
}

/** A key stands where the client puts it; what else it sends as authorization is of a product that is not this one. */
function authorize(c: Context<AppEnv>, key: string): void {
  const headers = new Headers(c.req.raw.headers);
  headers.set("authorization", `Bearer ${key}`);
  // The body is read by now, and what it said is kept.
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
}

async function jsonTextOf(c: Context<AppEnv>): Promise<string> {
  const text = c.req.method === "GET" ? c.req.query("data") ?? "" : await bodyTextOf(c);
  const form = /(?:^|&)data=([^&]*)/.exec(text)?.[1];
  const data = form === undefined ? text : decodeURIComponent(form.replaceAll("+", "%20"));
  return /^\s*[[{]/.test(data) ? data : fromBase64(data);
}

async function bodyTextOf(c: Context<AppEnv>): Promise<string> {
  const { raw } = c.req;
  const bytes = await wholeBody(raw, bodyLimits.events);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isPacked) return new TextDecoder().decode(bytes);
  const headers = { "content-encoding": "gzip" };
  const packed = new Request(raw.url, { method: "POST", headers, body: bytes });
  return new TextDecoder().decode(await wholeBody(packed, bodyLimits.events));
}

function fromBase64(data: string): string {
  try {
    const plain = data.replaceAll(" ", "+").replaceAll("-", "+").replaceAll("_", "/");
    return new TextDecoder().decode(Uint8Array.from(atob(plain), (one) => one.charCodeAt(0)));
  } catch {
    return ""; // no base64: no JSON either, which is told next
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(withDigitsKept(json));
  } catch (cause) {
    throw new Problem("malformed_json", "The body is not valid JSON", { cause });
  }
}
