import assert from "node:assert/strict";
import { testEnv } from "../stack/api.ts";
import { authMails, sql, sqlRow } from "../stack/database.ts";

export type Role = "owner" | "admin" | "member" | "viewer";

export interface Organization {
  id: string;
  name: string;
}

/** A person who has signed up, confirmed their address and signed in; pass it as `as` to `api()`. */
export interface Person {
  id: string;
  authUserId: string;
  email: string;
  orgId: string;
  /** Their access token. */
  token: string;
}

/** An address nobody else uses. */
export function newEmail(name = "person"): string {
  return `${name}-${crypto.randomUUID()}@example.test`;
}

export async function newOrganization(
  { name = "Example", timeZone = "America/Los_Angeles" }: { name?: string; timeZone?: string } = {},
): Promise<Organization> {
  return await sqlRow<Organization>(
    "insert into public.organizations (name, time_zone) values ($1, $2) returning id, name",
    name,
    timeZone,
  );
}

/** A person of the service who has not signed up, in `org` or an organization of their own. */
export async function seedPerson(
  { role = "owner", org, email = newEmail(role) }: { role?: Role; org?: string; email?: string } =
    {},
): Promise<{ id: string; email: string; orgId: string }> {
  const orgId = org ?? (await newOrganization()).id;
  const { id } = await sqlRow<{ id: string }>(
    "insert into public.users (email, org_id) values (lower($1), $2::uuid) returning id",
    email,
    orgId,
  );
  await sql(
    "insert into public.memberships (org_id, user_id, role) values ($1::uuid, $2::uuid, $3::public.member_role)",
    orgId,
    id,
    role,
  );
  return { id, email, orgId };
}

/** A signed-in person with a role in `org`, or in an organization of their own. */
export async function newPerson(
  options: { role?: Role; org?: string; email?: string } = {},
): Promise<Person> {
  const seeded = await seedPerson(options);
  const authUserId = await addLogin(seeded.email);
  return { ...seeded, authUserId, token: await signIn(seeded.email) };
}

/** An organization with one signed-in person of each role. */
export async function newTeam(
  options: { name?: string } = {},
): Promise<Record<Role, Person> & { org: string }> {
  const org = (await newOrganization(options)).id;
  const [owner, admin, member, viewer] = await Promise.all([
    newPerson({ role: "owner", org }),
    newPerson({ role: "admin", org }),
    newPerson({ role: "member", org }),
    newPerson({ role: "viewer", org }),
  ]);
  return { org, owner, admin, member, viewer };
}

/** Everybody's. */
export const password = "a password of the tests";

/** bcrypt of {@link password} at the lowest cost: at the usual one, signing up and in took a third of the tests' time. */
const cheapHash = "$2b$04$Ylkoczc2QK46T9t/Wic2LuUpULk0bMtQgA6HH0RFFiLoyWugxADLC";

/** A login with everybody's password and a confirmed address, as signing up and following the link leaves it. */
async function addLogin(email: string): Promise<string> {
  const { id } = await sqlRow<{ id: string }>(
    `with login as (
       insert into auth.users (
         id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token, email_change,
         email_change_token_new, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
       values (gen_random_uuid(), 'authenticated', 'authenticated', lower($1), $2, now(), '', '', '', '',
         '{"provider": "email", "providers": ["email"]}', '{}', now(), now())
       returning id, email
     ), identity as (
       insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
       select id, 'email', id::text, id, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), now(), now(), now()
       from login
     )
     select id from login`,
    email,
    cheapHash,
  );
  return id;
}

/** Signs up and answers the id in auth.users; the address is not confirmed yet. `data` is the user's metadata. */
export async function signUp(email: string, data: Record<string, unknown> = {}): Promise<string> {
  const answer = await auth("signup", { email, password, data });
  const user = (answer["user"] ?? answer) as Record<string, unknown>;
  assert.strictEqual(typeof user["id"], "string", JSON.stringify(answer));
  return String(user["id"]);
}

/** What following the link in the confirmation mail does to the row; a password is set after that. */
export async function confirm(email: string): Promise<void> {
  const rows = await sql(
    "update auth.users set email_confirmed_at = now() where email = $1 returning id",
    email.toLowerCase(),
  );
  assert.strictEqual(rows.length, 1, `nobody signed up as ${email}`);
}

/** Signs in with the password of `signUp` and answers the access token. */
export async function signIn(email: string): Promise<string> {
  return (await startSession(email)).accessToken;
}

/** The same, with the refresh token. */
export async function startSession(
  email: string,
): Promise<{ accessToken: string; refreshToken: string }> {
  const answer = await auth("token?grant_type=password", { email, password });
  const { access_token: accessToken, refresh_token: refreshToken } = answer;
  assert.ok(
    typeof accessToken === "string" && typeof refreshToken === "string",
    JSON.stringify(answer),
  );
  return { accessToken, refreshToken };
}

/** Asks the auth server to mail a recovery code, and reads it in the mail. */
export async function recoveryCode(email: string): Promise<string> {
  await auth("recover", { email });
  return await codeOfLastMail(email);
}

/** The code in the newest mail of the auth server to an address. */
export async function codeOfLastMail(email: string): Promise<string> {
  const mail = (await authMails(email)).at(-1);
  const code = /\b\d{6}\b/.exec(mail?.text ?? "")?.[0];
  assert.ok(code, `no code in ${JSON.stringify(mail)}`);
  return code;
}

async function auth(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${testEnv("TEST_URL")}/auth/v1/${path}`, {
    method: "POST",
    headers: { apikey: testEnv("TEST_PUBLISHABLE_KEY"), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return await response.json();
}
