import { isRecord } from "../../../_shared/intake/kinds.ts";
import type { MiddlewareHandler } from "hono";
import type { RequestContext } from "../../../_shared/http/app.ts";
import type { AppEnv } from "../../../_shared/http/auth.ts";
import { Problem } from "../../../_shared/http/problem.ts";
import { bodyLimits, wholeBody } from "../../../_shared/intake/body.ts";
import { MalformedMessage } from "./attributes.ts";
import { decodeRequest, encodeResponse, encodeStatus, MalformedProtobuf } from "./protobuf.ts";
import type { Signal } from "./types.ts";

/** The media types of OTLP over HTTP. */
export const otlpTypes = ["application/x-protobuf", "application/json"];

/** Reads a request in either encoding, as the object of the JSON one. @throws Problem 400 when it is none. */
export async function readRequest(
  c: RequestContext,
  signal: Signal,
): Promise<Record<string, unknown>> {
  const bytes = await wholeBody(c.req.raw, bodyLimits.telemetry);
  if (isProtobuf(c)) return legible(() => decodeRequest(signal, bytes));
  return legible(() => {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isRecord(value)) throw new MalformedMessage("The body is not an object");
    return value;
  });
}

/** Runs what reads a request. @throws Problem 400 when the request is not what it says it is. */
export function legible<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MalformedProtobuf || cause instanceof MalformedMessage) {
      throw new Problem("bad_request", cause.message, { cause });
    }
    if (cause instanceof SyntaxError || cause instanceof RangeError) {
      throw new Problem("malformed_json", "The body is not valid JSON", { cause });
    }
    throw cause;
  }
}

const rejectedNames = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
} as const satisfies Record<Signal, string>;

/** The answer to a request that was taken, in its encoding; `partialSuccess` only where there is something to say. */
export function otlpResponse(
  c: RequestContext,
  signal: Signal,
  rejected: number,
  reasons: string,
): Response {
  if (isProtobuf(c)) {
    return answer(c, 200, encodeResponse(rejected, reasons));
  }
  const partialSuccess = { [rejectedNames[signal]]: String(rejected), errorMessage: reasons };
  return answer(c, 200, JSON.stringify(reasons === "" ? {} : { partialSuccess }));
}

/**
 * Says what went wrong as the protocol wants it: a `google.rpc.Status` in the encoding of the request. The statuses that a client
 * should try again on (429, 502, 503, 504) come with `Retry-After`.
 */
export function statusErrors(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    if (c.error === undefined && c.res.status < 400) return;
    const { status } = c.res;
    const said = c.error instanceof Problem ? c.error.detail : "Internal error";
    const detail = status === 413 ? `${said}; ${sendLess(c.req.path)}` : said;
    const code = rpcCodeOf(status);
    const headers = new Headers(c.res.headers);
    headers.set("content-type", typeOf(c));
    const isRetryable = status === 429 || status === 502 || status === 503 || status === 504;
    if (isRetryable && !headers.has("retry-after")) headers.set("retry-after", "5");
    const body = isProtobuf(c)
      ? encodeStatus(code, detail)
      : JSON.stringify({ code, message: detail, details: [] });
    c.res = undefined;
    c.res = new Response(body as BodyInit, { status, headers });
  };
}

/** What to set where an export is too much for one request. */
function sendLess(path: string): string {
  const signal = Object.entries(batchVariables).find(([name]) => path.endsWith(`/${name}`));
  return signal === undefined ? "send less at once" : `send less at once: set ${signal[1]}`;
}

const batchVariables = {
  traces: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  logs: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
  metrics: "OTEL_METRIC_EXPORT_INTERVAL",
} as const satisfies Record<Signal, string>;

/** The `google.rpc.Code` of a status of HTTP. */
export function rpcCodeOf(status: number): number {
  return rpcCodes[status] ?? (status < 500 ? invalidArgument : internal);
}

const invalidArgument = 3;
const internal = 13;

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
const rpcCodes: Record<number, number> = {
  401: 16,
  403: 7,
  404: 5,
  429: 8,
  502: 14,
  503: 14,
  504: 4,
};

function isProtobuf(c: RequestContext): boolean {
  return c.req.header("content-type")?.toLowerCase().startsWith("application/x-protobuf") ?? false;
}

function typeOf(c: RequestContext): string {
  return isProtobuf(c) ? "application/x-protobuf" : "application/json";
}

function answer(c: RequestContext, status: number, body: string | Uint8Array): Response {
  return new Response(body as BodyInit, {
    status,
    headers: { "content-type": typeOf(c) },
  });
}
