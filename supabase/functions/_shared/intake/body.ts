import { Problem } from "../http/problem.ts";

const MiB = 1024 * 1024;

/** The most items that one request may carry where each is judged on its own. */
export const maxItems = 1000;

/** The largest bodies of the ways in, in bytes, as they come and unpacked. */
export const bodyLimits = {
  /** Of events. */
  events: 4 * MiB,
  /** Of sessions as lines, which are stored as they arrive: some 60,000, which take most of the second of CPU that a call may. */
  sessionLines: 12 * MiB,
  /** Of sessions that are read as a whole: JSON that is not a line a record. */
  sessionJson: 8 * MiB,
  /** Of an export of OpenTelemetry. */
  telemetry: 8 * MiB,
  /** Of a webhook of GitHub's, which drops a delivery whose payload is larger. */
  webhook: 25 * MiB,
};

/**
 * The bytes of a request's body, unpacked if they came as gzip, piece by piece.
 * @throws Problem 413 past `limit` bytes, 400 when it is not gzip though it says so, 415 when packed some other way.
 */
export async function* bytesOf(request: Request, limit: number): AsyncGenerator<Uint8Array> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new Problem("unsupported_media_type", "Send the body as it is or compressed by gzip");
  }
  const { body } = request;
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

/** The same bytes, all of them. @throws Problem as {@link bytesOf} does. */
// The return type is inferred: `Uint8Array<ArrayBuffer>` is unknown to the hosted runtime's TypeScript, and needed by ours.
export async function wholeBody(request: Request, limit: number) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytesOf(request, limit)) chunks.push(chunk);
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
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
