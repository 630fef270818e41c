import { cors } from "hono/cors";
import type { Context, MiddlewareHandler } from "hono";
import { envIfUsable } from "./env.ts";

/**
 * CORS for every response, errors included. Credentials are bearer tokens, never cookies, so they are never allowed.
 * `anyOrigin` lists paths, what lies below them included, that pages of any origin may post to: a preflight carries no key, so that only the request
 * itself can be judged by the origins its publishable key names. Libraries of others post there, with headers of their own that nobody can list: they
 * may send what they ask for.
 */
export function corsHeaders(anyOrigin: string[] = []): MiddlewareHandler {
  const forPages = cors({
    ...options,
    origin: (origin, c) =>
      allowedOrigin(origin, liesBelow(c.req.path, anyOrigin) ? ["*"] : configuredOrigins()),
    allowHeaders,
  });
  const forLibraries = cors({ ...options, origin: "*" });
  return (c, next) => {
    if (!concernsPages(c)) return next();
    const isAsked = c.req.header("access-control-request-headers") !== undefined;
    return isAsked && liesBelow(c.req.path, anyOrigin) ? forLibraries(c, next) : forPages(c, next);
  };
}

// The gateway may cut the list (supabase#41334): what a request cannot do without comes first.
const allowHeaders = [
  "authorization",
  "apikey",
  "content-type",
  "x-client-info",
  "idempotency-key",
  "if-none-match",
  "content-encoding",
  "x-request-id",
  "x-retry-count",
  "x-region",
  "traceparent",
  "tracestate",
  "baggage",
];

const options = {
  allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
  exposeHeaders: [
    "x-request-id",
    "etag",
    "retry-after",
    "ratelimit",
    "ratelimit-policy",
    "idempotent-replayed",
  ],
  maxAge: 86_400,
};

/**
 * What `Access-Control-Allow-Origin` answers to `origin`: `*` where everything is allowed, the origin itself where a
 * pattern allows it, else null. `https://*.example.com` allows any depth of subdomain, not the bare domain.
 */
export function allowedOrigin(origin: string, patterns: string[]): string | null {
  if (patterns.includes("*")) return "*";
  return patterns.some((pattern) => originMatches(origin, pattern)) ? origin : null;
}

/** The origins this deployment allows: in production none but those it is told, for whose pages they would be nobody knows. */
export function originPatterns(environment: string, allowOrigins: string | undefined): string[] {
  if (allowOrigins !== undefined) {
    return allowOrigins.split(",").map((part) => part.trim().replace(/\/$/, "")).filter(Boolean);
  }
  return environment === "development" ? ["*"] : [];
}

/**
 * Servers send no Origin and look at no CORS header, and what they write no cache keeps. Headers that are set before the
 * answer is known cost more than the rest of a request of theirs.
 */
function concernsPages(c: Context): boolean {
  return c.req.header("origin") !== undefined || !writes.has(c.req.method);
}

const writes = new Set(["POST", "PUT", "PATCH", "DELETE"]);

function liesBelow(path: string, roots: string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

function configuredOrigins(): string[] {
  const env = envIfUsable();
  return originPatterns(env?.ENVIRONMENT ?? "production", env?.ALLOW_ORIGINS);
}

function originMatches(origin: string, pattern: string): boolean {
  const star = pattern.indexOf("://*.");
  if (star === -1) return origin === pattern;
  const scheme = pattern.slice(0, star + 3);
  const suffix = pattern.slice(star + 4);
  if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) return false;
  const subdomain = origin.slice(scheme.length, origin.length - suffix.length);
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(subdomain);
}
