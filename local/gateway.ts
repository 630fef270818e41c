import { preflight, readable } from "./cors.ts";
import type { Dashboard } from "./dashboard.ts";
import { serveDocs } from "./docs.ts";
import type { FunctionHandler } from "./functions.ts";
import { problem } from "./problem.ts";

export interface Routes {
  functions: Map<string, FunctionHandler>;
  /** Answers /rest/v1 and /auth/v1. */
  supabase: (request: Request) => Promise<Response>;
  /** Answers what is left. */
  dashboard: Dashboard;
}

/** One port for everything, with the paths of a hosted project. */
export async function route(
  request: Request,
  client: Deno.NetAddr,
  routes: Routes,
): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname.startsWith("/functions/v1/")) {
    const path = url.pathname.slice("/functions/v1".length);
    const handler = routes.functions.get(path.split("/")[1] ?? "");
    if (!handler) return problem(404, "Not Found", "No such function");
    // As on the hosted platform, a function sees its own name as the first segment of the path.
    return await handler(forward(request, path, client));
  }
  if (/^\/(rest|auth)\/v1(\/|$)/.test(url.pathname)) {
    return preflight(request) ??
      readable(await routes.supabase(forward(request, url.pathname, client)));
  }
  if (/^\/docs(\/|$)/.test(url.pathname)) return await serveDocs(url);
  const page = await routes.dashboard.serve(request);
  if (page) return page;
  if (url.pathname === "/") return index(url, [...routes.functions.keys()]);
  return problem(404, "Not Found", "No such path");
}

/**
 * The request for another path, with the headers a hosted gateway sets itself, so that nobody can send an
 * address of their choice. Built from its parts: a request made from another one follows its abort signal.
 */
function forward(request: Request, path: string, client: Deno.NetAddr): Request {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.delete("cf-connecting-ip");
  headers.set("x-forwarded-for", client.hostname);
  headers.set("x-forwarded-host", url.hostname);
  headers.set("x-forwarded-port", url.port);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  const { method, body } = request;
  return new Request(new URL(path + url.search, url.origin), { method, headers, body });
}

function index(url: URL, functions: string[]): Response {
  return Response.json({
    name: "Living Lytics, local Supabase",
    functions: functions.map((name) => `${url.origin}/functions/v1/${name}`),
    rest: `${url.origin}/rest/v1/`,
    auth: `${url.origin}/auth/v1/`,
    docs: `${url.origin}/docs/`,
    dashboard: `${url.origin}/`,
  });
}
