import { type RouteConfig, z } from "@hono/zod-openapi";
import { bodyOf, exampleOf, type Problem, type ProblemCode, problemCodes } from "./problem.ts";
import { ProblemSchema, validationProblem } from "./problem.ts";
import { ignoresUnknownNames, queryNames, unknownNames } from "./query_names.ts";

/** The headers that the document's responses refer to; every function's answers have the same ones. */
export const responseHeaders = {
  XRequestId: {
    description: "Names this request in the log: the caller's `X-Request-Id` if it is sane.",
    required: true,
    schema: { type: "string" },
  },
  WwwAuthenticate: {
    description: "How to prove who one is.",
    required: true,
    schema: { type: "string", example: 'Bearer realm="livinglytics"' },
  },
  RetryAfter: {
    description: "Seconds until trying again is of use.",
    schema: { type: "integer", minimum: 0, example: 30 },
  },
  RateLimit: {
    description: "What is left of the caller's allowance (draft-ietf-httpapi-ratelimit-headers).",
    schema: { type: "string", example: '"user";r=599;t=60' },
  },
  RateLimitPolicy: {
    description: "The caller's allowance.",
    schema: { type: "string", example: '"user";q=600;w=60' },
  },
  ETag: {
    description: "Names this state of the answer, for `If-None-Match`.",
    required: true,
    schema: { type: "string", example: 'W/"3f1c"' },
  },
  IdempotentReplayed: {
    description: "`true` where this is the answer to an earlier request with the same key.",
    schema: { type: "string", enum: ["true"] },
  },
} as const;

const referTo = (name: keyof typeof responseHeaders) => ({ $ref: `#/components/headers/${name}` });

/** The headers of a response that names its state. */
export const etagHeader = { ETag: referTo("ETag") };

/** Of the 200 of a route whose `format` asks for something else than JSON: the media type of each. */
export function formats(byName: Record<string, string>) {
  return { "x-formats": byName };
}

/** The headers of a response that may be the answer to an earlier request. */
export const replayHeader = { "Idempotent-Replayed": referTo("IdempotentReplayed") };

/** The problem responses of a route, by code, for its OpenAPI entry; several codes of one status are joined. */
export function problems(...codes: ProblemCode[]) {
  return byStatus(codes, (listed) => ({
    "application/problem+json": {
      schema: ProblemSchema,
      examples: Object.fromEntries(listed.map((code) => [code, exampleProblem(exampleOf(code))])),
    },
  }));
}

/** Responses with the codes of each status in their description, and whatever content these have. */
export function byStatus<Content extends object>(
  codes: ProblemCode[],
  content: (codes: ProblemCode[]) => Content,
) {
  const listed = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const [status] = problemCodes[code];
    listed.set(status, [...listed.get(status) ?? [], code]);
  }
  return Object.fromEntries([...listed].map(([status, all]) => [status, {
    description: all.map((code) => `${problemCodes[code][1]} (\`${code}\`)`).join(", "),
    content: content(all),
  }]));
}

/** What the document says of a route beyond what the route says itself: how it refuses what it is sent, and its headers. */
export function documented(route: RouteConfig): RouteConfig {
  const refusal = refusalOf(route);
  const all: RouteConfig["responses"] = {
    ...problems("internal_error"),
    ...refusal === undefined ? {} : problems("validation_failed"),
    ...route.responses,
  };
  if (neverLimited(route)) delete all[429];
  const isLimited = all[429] !== undefined;
  const responses = Object.entries(all).map(([status, response]) => [status, {
    ...status === "422" && refusal ? withExample(response, refusal) : response,
    headers: { ...headersOf(status, isLimited, response), ...headersIn(response) },
  }]);
  return { ...route, responses: Object.fromEntries(responses) };
}

type Response = RouteConfig["responses"][string];

/** Whether none but the service and pg_cron are let in, whose requests are not counted. */
function neverLimited(route: RouteConfig): boolean {
  const callers: unknown = "x-access" in route ? route["x-access"] : undefined;
  return Array.isArray(callers) && callers.every((one) => one === "service" || one === "cron");
}

function headersIn(response: Response): object {
  return "headers" in response && response.headers !== undefined ? response.headers : {};
}

/** When to try again. A request that is being answered is one to try again as well. */
function saysWhen(status: string, response: Response): boolean {
  const isBusy = "description" in response && response.description?.includes("request_in_progress");
  return status === "429" || status === "503" || isBusy === true;
}

function headersOf(status: string, isLimited: boolean, response: Response) {
  return {
    "X-Request-Id": referTo("XRequestId"),
    ...status === "401" ? { "WWW-Authenticate": referTo("WwwAuthenticate") } : {},
    ...saysWhen(status, response) ? { "Retry-After": referTo("RetryAfter") } : {},
    ...isLimited
      ? { RateLimit: referTo("RateLimit"), "RateLimit-Policy": referTo("RateLimitPolicy") }
      : {},
  };
}

/** How the route refuses nonsense in every field: what its own schemas say of it, or of a name they do not know. */
function refusalOf(route: RouteConfig): Problem | undefined {
  const { params, query, body } = route.request ?? {};
  const json = body?.content["application/json"];
  for (const schema of [query, json && "schema" in json ? json.schema : undefined, params]) {
    if (!(schema instanceof z.ZodType)) continue;
    const names = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const { error } = schema.safeParse(Object.fromEntries(names.map((name) => [name, "?"])));
    if (error) return validationProblem(error);
  }
  if (ignoresUnknownNames(route)) return undefined;
  return unknownNames(["pgae_size"], queryNames(query));
}

function withExample(response: Response, refusal: Problem): Response {
  if (!("content" in response)) return response;
  const problem = response.content?.["application/problem+json"];
  if (problem === undefined || !("schema" in problem)) return response;
  const examples = { ...problem.examples, [refusal.code]: exampleProblem(refusal) };
  return { ...response, content: { "application/problem+json": { ...problem, examples } } };
}

/** A problem as an example of the document. */
export function exampleProblem(problem: Problem) {
  const value = bodyOf(problem, "0198f6c2-9d5e-7c1a-b3d4-6f2a1b3c4d5e");
  return { summary: value.title, value };
}
