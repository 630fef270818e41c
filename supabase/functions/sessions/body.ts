import type { RequestContext } from "../_shared/http/app.ts";
import { Problem } from "../_shared/http/problem.ts";
import { type Entry, judgeLine, judgeValue, maxRecordLength } from "./judge.ts";

/** The largest body, packed or not, in bytes: some 150,000 sessions as NDJSON. */
export const maxBodyBytes = 64 * 1024 * 1024;

/** The largest body that is read as a whole, in bytes: JSON that is not a line a record. */
export const maxJsonBytes = 8 * 1024 * 1024;

/** The media types of a line a record, which is read as it arrives. */
export const lineTypes = [
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "text/plain",
];

/**
 * The entries of a body: one object, an array, or a line each. Lines are read as they arrive, never all of them at once. What is
 * sent as JSON and is none, but lines, as LiteLLM's logger may send it, is read as lines too.
 * @throws Problem 413 for a body larger than it may be, 400 for one that is not what it says it is.
 */
export async function* entriesOf(c: RequestContext, now: number): AsyncGenerator<Entry> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (lineTypes.includes(type)) {
    yield* judgedLines(textOf(c, maxBodyBytes), now);
    return;
  }
  const chunks: string[] = [];
  for await (const chunk of textOf(c, maxJsonBytes)) chunks.push(chunk);
  const text = chunks.join("");
  const value = parsed(text);
  if (value === undefined) {
    yield* judgedLines(chunks, now);
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield judgeValue(one, index, now);
  } else {
    yield judgeValue(value, 0, now);
  }
}

/**
 * The bytes of a body, unpacked if they came as gzip, piece by piece.
 * @throws Problem 413 past `limit` bytes, 400 when it is not gzip though it says so, 415 when packed some other way.
 */
export async function* bytesOf(c: RequestContext, limit: number): AsyncGenerator<Uint8Array> {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new Problem("unsupported_media_type", "Send the body as it is or compressed by gzip");
  }
  const body = c.req.raw.body;
  if (body === null) return;
  const stream = encoding === "gzip" ? body.pipeThrough(inPieces()).pipeThrough(gunzip()) : body;
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.byteLength;
      if (size > limit) {
        throw new Problem("payload_too_large", `The body is larger than ${limit} bytes`);
      }
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof Problem || encoding === "identity") throw cause;
    const detail = "The body is not gzip, though Content-Encoding says so";
    throw new Problem("bad_request", detail, { cause });
  }
}

async function* textOf(c: RequestContext, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytesOf(c, limit)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* judgedLines(
  chunks: AsyncIterable<string> | Iterable<string>,
  now: number,
): AsyncGenerator<Entry> {
  let index = 0;
  for await (const line of linesOf(chunks)) {
    if (line.trim() !== "") yield judgeLine(line, index++, now);
  }
}

/** Lines without their ends. Of one that is too long, no more is kept than shows that it is. */
async function* linesOf(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = chunk.split("\n");
    lines[0] = rest + lines[0];
    rest = (lines.pop() ?? "").slice(0, maxRecordLength + 1);
    yield* lines;
  }
  yield rest;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const [first = ""] = text.trimStart().split("\n", 1);
    if (isObject(first)) return undefined; // lines
    throw new Problem("malformed_json", "The body is neither JSON nor a line of JSON a record");
  }
}

function isObject(line: string): boolean {
  try {
    return line.trimStart().startsWith("{") && JSON.parse(line) !== null;
  } catch {
    return false;
  }
}

// Typed as what it is in the runtime: the hosted TypeScript and ours differ in how they name its chunks.
function gunzip(): TransformStream<Uint8Array, Uint8Array> {
  return new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>;
}

/** Small pieces, because a piece is unpacked as a whole: 4 KiB become 4 MiB at most. */
function inPieces(): TransformStream<Uint8Array, Uint8Array> {
  const size = 4096;
  return new TransformStream({
    transform(chunk, controller) {
      for (let offset = 0; offset < chunk.byteLength; offset += size) {
        controller.enqueue(chunk.subarray(offset, offset + size));
      }
    },
  });
}
