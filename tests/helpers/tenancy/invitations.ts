import { createHash, randomBytes } from "node:crypto";
import { sqlRow } from "../stack/database.ts";

/** An open invitation, or one that is not, stored past the API. */
export async function newInvitation(
  orgId: string,
  email: string,
  { role = "member", expiresAt = "2100-01-01", revoked = false } = {},
): Promise<{ id: string; token: string }> {
  const token = randomBytes(32).toString("base64url");
  const { id } = await sqlRow<{ id: string }>(
    `insert into public.invitations (org_id, email, role, token_hash, expires_at, revoked_at)
     values ($1::uuid, lower($2), $3::public.member_role, $4, $5::timestamptz, case when $6::boolean then now() end)
     returning id`,
    orgId,
    email,
    role,
    createHash("sha256").update(token).digest("hex"),
    expiresAt,
    revoked,
  );
  return { id, token };
}
