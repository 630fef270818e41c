import type { Hono, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "./auth.ts";
import { Problem } from "./problem.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Ends a request that no route will answer before anything else is asked of it: 405 with `Allow` where its path knows
 * other methods, else 404. A path that is a route's own is never taken for a value of another's parameter.
 */
export function refuseOtherMethods(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  let own: Set<string> | undefined;
  return async (c, next) => {
    const { path, method: asked } = c.req;
    own ??= new Set(app.routes.filter(isRoute).map((route) => route.path).filter(isLiteral));
    const isMeant = own.has(path) ? (route: Route) => route.path === path : () => true;
    if (matchedRoutes(c).some((route) => isRoute(route) && isMeant(route))) return await next();
    const known = methods.filter((method) =>
      app.router.match(method, path)[0].some(([[, route]]) => isRoute(route) && isMeant(route))
    );
    if (known.length === 0) throw new Problem("not_found", "No such route");
    const allow = known.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]);
    throw new Problem("method_not_allowed", `${asked} is not one of ${allow.join(", ")}`, {
      headers: { allow: [...allow, "OPTIONS"].join(", ") },
    });
  };
}

interface Route {
  method: string;
  path: string;
}

/** Middleware is registered for all methods, a route for its own. */
function isRoute({ method }: Route): boolean {
  return method !== "ALL";
}

function isLiteral(path: string): boolean {
  return !path.includes(":");
}
