import type { Hono, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "./auth.ts";
import { Problem } from "./problem.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Ends a request that no route will answer before anything else is asked of it: 405 with `Allow` where its path knows
 * other methods, else 404.
 */
export function refuseOtherMethods(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (matchedRoutes(c).some(isRoute)) return await next();
    const known = methods.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => isRoute(route))
    );
    if (known.length === 0) throw new Problem("not_found", "No such route");
    const allow = known.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
    throw new Problem("method_not_allowed", `${c.req.method} is not one of ${allow.join(", ")}`, {
      headers: { allow: [...allow, "OPTIONS"].join(", ") },
    });
  };
}

/** Middleware is registered for all methods, a route for its own. */
function isRoute(route: { method: string }): boolean {
  return route.method !== "ALL";
}
