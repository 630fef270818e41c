/**
 * CORS of /rest/v1 and /auth/v1 as the gateway of a hosted project has it: a page of any origin may send what headers it likes,
 * because a credential is a header that the page has to know, never a cookie.
 */

const METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS";
const EXPOSED = "content-range,preference-applied,x-request-id,x-supabase-api-version";

/** The answer to a preflight; undefined for every other request. */
export function preflight({ method, headers }: Request): Response | undefined {
  if (method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
  const wanted = headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": METHODS,
      ...(wanted === null ? {} : { "access-control-allow-headers": wanted }),
      "access-control-max-age": "3600",
      vary: "Access-Control-Request-Headers",
    },
  });
}

/** The same answer, for a page to read. */
export function readable(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete("access-control-allow-credentials");
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSED);
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}
