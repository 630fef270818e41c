import { parseArgs, parseEnv } from "node:util";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { linkedProject } from "./linked_project.ts";
import { type ConfiguredAuth, settingDifferences } from "./lib/sign_in_settings.ts";

const usage = `deno task settings [--remote=REF] [--env-file=FILE]

Shows where a project's sign-in differs from what it should be, and changes nothing. Takes an access token from
SUPABASE_ACCESS_TOKEN, APP_URL from FILE (.env.production unless told), and the linked project unless one is named. Ends with 1
when there is a difference.`;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  const options = optionsOf(args);
  const reference = options?.remote ?? await linkedProject();
  if (options === undefined || reference === undefined) return refuse(usage);
  const token = Deno.env.get("SUPABASE_ACCESS_TOKEN");
  if (!token) {
    return refuse("SUPABASE_ACCESS_TOKEN is not set: dashboard → Account → Access tokens");
  }
  const there = await authSettings(reference, token);
  const appUrl = (await variablesOf(options["env-file"]))["APP_URL"] || undefined;
  const differences = settingDifferences(there, { auth: await configuredAuth(), appUrl });
  for (const { setting, is, should } of differences) {
    console.log(`${setting} is ${is}, should be ${should}`);
  }
  console.log(
    differences.length === 0
      ? `Sign-in of ${reference} is as it should be`
      : `Change them in the dashboard of ${reference} under Authentication`,
  );
  return differences.length === 0 ? 0 : 1;
}

function optionsOf(args: string[]) {
  try {
    const options = {
      remote: { type: "string" },
      "env-file": { type: "string", default: ".env.production" },
    } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Source: https://supabase.com/docs/reference/api/v1-get-auth-service-config */
async function authSettings(reference: string, token: string): Promise<Record<string, unknown>> {
  const api = Deno.env.get("SUPABASE_API_URL") ?? "https://api.supabase.com";
  const answer = await fetch(`${api}/v1/projects/${reference}/config/auth`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${reference}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

async function variablesOf(file: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

async function configuredAuth(): Promise<ConfiguredAuth> {
  const path = fileURLToPath(new URL("../supabase/config.toml", import.meta.url));
  return parse(await Deno.readTextFile(path))["auth"] as unknown as ConfiguredAuth;
}

function refuse(why: string): number {
  console.error(why);
  return 2;
}
