import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/**
 * Supabase Auth names itself as the issuer of its access tokens and lite does not, though the functions check it as they
 * must. An answer that hands out a token gets the same one with the claim `iss`, signed with the same secret.
 */
export async function nameIssuer(
  response: Response,
  { issuer, secret }: { issuer: string; secret: string },
): Promise<Response> {
  if (!response.ok || !/\bjson\b/.test(response.headers.get("content-type") ?? "")) return response;
  const body: unknown = await response.clone().json();
  if (!isSession(body)) return response;
  await response.body?.cancel();
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const access_token = withIssuer(body.access_token, issuer, secret);
  return Response.json({ ...body, access_token }, { status: response.status, headers });
}

function isSession(body: unknown): body is { access_token: string } {
  return typeof body === "object" && body !== null && "access_token" in body &&
    typeof body.access_token === "string";
}

function withIssuer(token: string, issuer: string, secret: string): string {
  const [header = "", payload = ""] = token.split(".");
  const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, "base64url").toString());
  const named = Buffer.from(JSON.stringify({ iss: issuer, ...claims })).toString("base64url");
  const signed = `${header}.${named}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
