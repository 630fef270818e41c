import { z } from "zod";

const Refusal = z.object({ error_code: z.string().optional(), msg: z.string().optional() });
const Link = z.object({ email_otp: z.string().min(1) });

/**
 * Makes an account whose address counts as confirmed, by the admin API of Supabase Auth; the database then makes the person, with an
 * organization that they own. Answers the code that `POST /auth/reset-password` takes; an account that is there already is kept.
 * @throws Error with what Supabase Auth said
 */
export async function makeOwner(
  { url, secretKey, email }: { url: string; secretKey: string; email: string },
): Promise<{ isNew: boolean; code: string }> {
  const post = (path: string, body: unknown) =>
    fetch(`${url}/auth/v1/admin/${path}`, {
      method: "POST",
      headers: {
        apikey: secretKey,
        authorization: `Bearer ${secretKey}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
  const made = await post("users", { email, email_confirm: true });
  const text = await made.text();
  if (!made.ok && refusalOf(text).error_code !== "email_exists") throw refused(made.status, text);
  const linked = await post("generate_link", { type: "recovery", email });
  const answer = await linked.text();
  if (!linked.ok) throw refused(linked.status, answer);
  return { isNew: made.ok, code: Link.parse(JSON.parse(answer)).email_otp };
}

function refusalOf(text: string): z.output<typeof Refusal> {
  try {
    return Refusal.parse(JSON.parse(text));
  } catch {
    return { msg: text.slice(0, 200) };
  }
}

function refused(status: number, text: string): Error {
  return new Error(`Supabase Auth answers ${status}: ${refusalOf(text).msg ?? text.slice(0, 200)}`);
}
