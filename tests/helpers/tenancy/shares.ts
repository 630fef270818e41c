import assert from "node:assert/strict";
import { api, type Credential } from "../stack/api.ts";

/** A share link as making it answered. */
export interface NewShare {
  id: string;
  secret: string;
  link: string | null;
}

const everyTab = ["overview", "events", "retention", "funnel", "paths", "delivery", "ai"];

/** A link of an organization: every tab over two weeks of March 2025, until a day in 2100, unless said otherwise. */
export async function newShare(
  orgId: string,
  changes: Record<string, unknown> = {},
  as: Credential = "service",
): Promise<NewShare> {
  const { status, body, text } = await api<NewShare>(`/orgs/${orgId}/shares`, {
    method: "POST",
    as,
    body: {
      name: "Tests",
      view: everyTab,
      ...("rolling" in changes ? {} : { range: { start: "2025-03-03", end: "2025-03-16" } }),
      expires_at: "2100-01-01T00:00:00Z",
      ...changes,
    },
  });
  assert.strictEqual(status, 201, text);
  return body;
}

/** Opens a link, and answers the credential of its reader. */
export async function openShare(
  { id, secret }: NewShare,
  password?: string,
): Promise<{ token: string }> {
  const { status, body, text } = await api(`/orgs/shares/open`, {
    method: "POST",
    body: { id, secret, ...(password === undefined ? {} : { password }) },
  });
  assert.strictEqual(status, 200, text);
  return { token: String(body["access_token"]) };
}
