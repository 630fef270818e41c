/** An RFC 9457 problem of the local Supabase itself; functions make their own. */
export function problem(status: number, title: string, detail: string): Response {
  const body = { type: "about:blank", title, status, detail };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}
