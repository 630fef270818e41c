import { OpenAPIHono, type RouteConfig as DocumentedRoute, type z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler, Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import type { AppEnv } from "./auth.ts";
import { corsHeaders } from "./cors.ts";
import { systemClock } from "./clock.ts";
import { ConfigurationError, envIfUsable } from "./env.ts";
import { causeOf, log } from "./log.ts";
import { logRequest, RequestLog } from "./request_log.ts";
import { refuseOtherMethods } from "./methods.ts";
import { speakPlainly } from "./plain_words.ts";
import { documented } from "./document.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { problemResponse, validationProblem } from "./problem.ts";
import { ignoresUnknownNames, queryNames, refuseUnknownNames } from "./query_names.ts";

/** Bodies over this many bytes are refused before parsing, unless a function says more. */
const defaultBodyLimit = 1024 * 1024;

export { problems } from "./document.ts";

export type App = OpenAPIHono<AppEnv>;
type RouteConfig = DocumentedRoute & { middleware?: MiddlewareHandler | MiddlewareHandler[] };

export interface AppOptions {
  maxBody?: number;
  /** Whether a path that ends with a slash is another one, as it is unless said otherwise. */
  isStrict?: boolean;
  /** Paths whose bodies may be larger than the others', with the function's name; in bytes. */
  maxBodyAt?: Record<string, number>;
  /** Media types that a path reads instead of `application/json`; the path with the function's name. */
  mediaTypes?: Record<string, string[]>;
  /** Paths that pages of any origin may call, with the function's name: those that take publishable keys. */
  anyOrigin?: string[];
  /** Paths that unpack bodies compressed by gzip, with the function's name. */
  packed?: string[];
  /** What says what went wrong, in place of problems, on a path and, with `/*`, what lies below; without the function's name. */
  errorsAt?: Record<string, MiddlewareHandler<AppEnv>>;
  /** Paths that read their body as it arrives and count it themselves, with the function's name. */
  streamed?: string[];
}

/**
 * The base of one Edge Function: request id, one log line a request, CORS, a body limit, RFC 9457 problems for
 * everything that goes wrong, wrong methods and unknown names in the query among them. Routes are relative to `/name`.
 */
export function createApp(name: string, options: AppOptions = {}): App {
  const { mediaTypes = {}, anyOrigin = [], packed = [], errorsAt = {} } = options;
  speakPlainly();
  const app = new OpenAPIHono<AppEnv>({
    strict: options.isStrict ?? true,
    defaultHook: (result) => {
      if (!result.success) throw validationProblem(result.error);
    },
  }).basePath(`/${name}`);
  app.use(requestId(), logLine(name), corsHeaders(anyOrigin));
  for (const [path, handler] of Object.entries(errorsAt)) app.use(path, handler);
  app.use(
    refuseOtherMethods(app),
    limitBody(options),
    expectMediaType(mediaTypes),
    refusePacked(packed),
  );
  app.onError((error, c) => problemResponse(c, problemOf(error, name, c.get("requestId"))));
  const register = app.openapi;
  app.openapi = ((route: RouteConfig, ...handlers: unknown[]) =>
    Reflect.apply(register, app, [
      documented(withNamesChecked(route)),
      ...handlers,
    ])) as typeof register;
  return app;
}

/** The route behind its own guard and, unless it says otherwise, the check that it knows every name in the query. */
function withNamesChecked(route: RouteConfig): RouteConfig {
  if (ignoresUnknownNames(route)) return route;
  const guards = route.middleware === undefined ? [] : [route.middleware].flat();
  return {
    ...route,
    middleware: [...guards, refuseUnknownNames(queryNames(route.request?.query))],
  };
}

/** A JSON response of a route, for its OpenAPI entry. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A required JSON body of a route. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** How a route with a JSON body may refuse it. */
export const bodyProblems = [
  "malformed_json",
  "payload_too_large",
  "unsupported_media_type",
  "validation_failed",
] as const satisfies ProblemCode[];

/** Checks a response against its schema before it leaves; a mismatch is an internal error. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`The response does not fit its schema: ${parsed.error.message}`);
}

function requestId(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const given = c.req.header("x-request-id") ?? "";
    const id = /^[A-Za-z0-9._-]{8,128}$/.test(given) ? given : crypto.randomUUID();
    c.set("requestId", id);
    await next();
    c.res.headers.set("x-request-id", id);
  };
}

function logLine(name: string): MiddlewareHandler<AppEnv> {
  const sampled = new RequestLog(Date.now);
  systemClock.ending.addEventListener("abort", () => sampled.tell());
  return async (c, next) => {
    const started = performance.now();
    await next();
    const line = {
      function: name,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      duration_ms: Math.round((performance.now() - started) * 10) / 10,
      request_id: c.get("requestId"),
      caller: (c.get("caller") as { kind: string } | undefined)?.kind ?? "none",
    };
    // Whoever develops wants each; nobody keeps them there.
    if (envIfUsable()?.ENVIRONMENT === "development") logRequest(line);
    else sampled.add(line);
  };
}

/** Most bodies say how long they are; touching the stream of one would make reading it slow. */
function limitBody({ maxBody = defaultBodyLimit, maxBodyAt = {}, streamed = [] }: AppOptions) {
  return async (c: Context, next: Next) => {
    const maxSize = maxBodyAt[c.req.path] ?? maxBody;
    const onError = (): never => {
      throw new Problem("payload_too_large", `The body is larger than ${maxSize} bytes`);
    };
    const length = c.req.header("content-length");
    const isLengthSaid = length !== undefined && !c.req.header("transfer-encoding");
    if (Number(length ?? 0) > maxSize) onError();
    // It keeps what comes without a length in memory until it knows it.
    if (isLengthSaid || streamed.includes(c.req.path)) return await next();
    return await bodyLimit({ maxSize, onError })(c, next);
  };
}

/** A body must be of a type its route reads, or it would be taken for an empty one. */
function expectMediaType(byPath: Record<string, string[]>): MiddlewareHandler {
  return async (c, next) => {
    const type = c.req.header("content-type");
    const given = (type ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const expected = byPath[c.req.path] ?? ["application/json"];
    if (!expected.includes(given) && hasBody(c)) {
      throw new Problem("unsupported_media_type", `Send the body as ${expected.join(" or ")}`);
    }
    await next();
  };
}

/** Where nothing unpacks it, a compressed body would be taken for JSON that is broken. */
function refusePacked(taken: string[]): MiddlewareHandler {
  return async (c, next) => {
    const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
    if (encoding !== "identity" && !taken.includes(c.req.path) && hasBody(c)) {
      throw new Problem(
        "unsupported_media_type",
        "Send the body as it is, without Content-Encoding",
      );
    }
    await next();
  };
}

/** A DELETE without body has a stream all the same: only the headers tell that nothing is in it. */
function hasBody(c: Context): boolean {
  const length = c.req.header("content-length");
  const said = length ?? c.req.header("transfer-encoding") ?? c.req.header("content-type");
  return said !== undefined && length !== "0" && c.req.raw.body !== null;
}

function problemOf(error: Error, name: string, requestId: string): Problem {
  if (error instanceof Problem) {
    if (error.status >= 500) {
      log("error", error.code, { function: name, request_id: requestId, cause: causeOf(error) });
    }
    return error;
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new Problem("malformed_json", "The body is not valid JSON");
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new Problem("unsupported_media_type", "Send the body as application/json");
  }
  if (error instanceof ConfigurationError) {
    log("error", "not_configured", { function: name, cause: error.message });
    return new Problem("not_ready", "The service is not configured; see /health/readiness");
  }
  log("error", "internal_error", {
    function: name,
    request_id: requestId,
    cause: causeOf(error),
    stack: error.stack?.split("\n").slice(1, 6).join(" | "),
  });
  return new Problem("internal_error", "Internal error");
}

export type RequestContext = Context<AppEnv>;
