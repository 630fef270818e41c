import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../_shared/http/auth.ts";
import { Problem } from "../_shared/http/problem.ts";
import { isRecord } from "./event.ts";

/** The largest body of a request, compressed or not, in bytes. */
export const maxBodyBytes = 4 * 1024 * 1024;

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

/**
 * Unpacks gzip, but never more than `limit` bytes of it.
 * @throws Problem 413 when there is more, 400 when it is not gzip.
 */
export async function gunzip(packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = slices(packed).pipeThrough(new DecompressionStream("gzip"));
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > limit) {
        throw new Problem("payload_too_large", `The unpacked body is larger than ${limit} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem("bad_request", "The body is not gzip, though Content-Encoding says so", {
      cause,
    });
  }
  const unpacked = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    unpacked.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return unpacked;
}

async function decode(c: Context<AppEnv>): Promise<void> {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const isText = c.req.header("content-type")?.toLowerCase().startsWith("text/plain") ?? false;
  if (encoding === "gzip") {
    const packed = new Uint8Array(await c.req.arrayBuffer());
    replaceRequest(c, await gunzip(packed, maxBodyBytes));
  } else if (encoding !== "identity") {
    throw new Problem("unsupported_media_type", "Send the body as it is or compressed by gzip");
  } else if (isText) {
    replaceRequest(c, await c.req.text());
  }
}

function replaceRequest(
  c: Context<AppEnv>,
  body: string | Uint8Array,
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
    body: body as BodyInit,
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

/** Small pieces, because a piece is unpacked as a whole: 4 KiB become 4 MiB at most. */
function slices(bytes: Uint8Array): ReadableStream<BufferSource> {
  const size = 4096;
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.byteLength) controller.close();
      else controller.enqueue(bytes.slice(offset, offset += size));
    },
  });
}
