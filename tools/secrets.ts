import { fileURLToPath } from "node:url";
import { linkedProject } from "./linked_project.ts";
import { filledIn } from "./lib/secrets_file.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Writes the variables of a deployment with fresh secrets, readable by nobody else, and prints none of them:
 * `deno task secrets [FILE] [--project=REF] [--environment=production|development] [--force]`. FILE is `.env.production` if none is
 * named; one that is there already is left alone without `--force`, because its secrets may be in use.
 */
if (import.meta.main) {
  const option = (name: string) =>
    Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const unknown = Deno.args.filter((arg) =>
    !/^(--(project|environment)=.*|--force|[^-].*)$/.test(arg)
  );
  if (unknown.length > 0) stop(`there is no option ${unknown.join(" ")}`);
  const environment = option("environment") ?? "production";
  if (!["production", "development"].includes(environment)) {
    stop(`${environment} is neither production nor development`);
  }
  const path = Deno.args.find((arg) => !arg.startsWith("-")) ?? ".env.production";
  const reference = option("project") ?? await linkedProject();
  if (reference !== undefined && !/^[a-z]{20}$/.test(reference)) {
    stop("a project's reference is 20 letters: --project=abcdefghijklmnopqrst");
  }
  if (environment === "production" && reference === undefined) {
    stop("link a project first (supabase link REF) or name one: --project=REF");
  }
  const template = await Deno.readTextFile(`${root}/supabase/functions/.env.example`);
  const text = filledIn(template, {
    ENVIRONMENT: environment,
    FUNCTIONS_URL: environment === "production"
      ? `https://${reference}.supabase.co/functions/v1`
      : "",
  });
  await write(path, text, Deno.args.includes("--force"));
  console.log(`${path} has fresh secrets; keep a copy where you keep passwords`);
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  if (force) await removeIfThere(path);
  try {
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    stop(
      `${path} is there already; --force makes new secrets, and what the old ones signed or encrypted is lost`,
    );
  }
}

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

function stop(message: string): never {
  console.error(`secrets: ${message}`);
  Deno.exit(1);
}
