import { linkedProject } from "./linked_project.ts";
import { makeOwner } from "./lib/make_owner.ts";

/**
 * Makes the first person of a deployed project, who owns an organization, and prints the code they set their password with:
 * `deno task owner EMAIL`. Nobody has to get a mail, which the built-in mailer of Supabase sends to its project's team alone.
 * Takes the project's secret key from SUPABASE_SECRET_KEY, and its URL from SUPABASE_URL or the linked project.
 */
if (import.meta.main) {
  const [email = "", ...rest] = Deno.args;
  if (!/^[^@\s]+@[^@\s]+$/.test(email) || rest.length > 0) stop("deno task owner EMAIL");
  const secretKey = Deno.env.get("SUPABASE_SECRET_KEY");
  if (!secretKey) stop("SUPABASE_SECRET_KEY is not set: dashboard → Settings → API keys");
  const reference = await linkedProject();
  const url = Deno.env.get("SUPABASE_URL") ?? (reference && `https://${reference}.supabase.co`);
  if (!url) stop("link a project (supabase link REF) or set SUPABASE_URL");
  const { isNew, code } = await makeOwner({ url, secretKey, email });
  console.error(
    isNew
      ? `${email} owns an organization. The code sets their password, once and within the hour:`
      : `${email} has an account already. The code sets another password, once and within the hour:`,
  );
  console.log(code);
}

function stop(message: string): never {
  console.error(`owner: ${message}`);
  Deno.exit(1);
}
