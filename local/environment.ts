import { Buffer } from "node:buffer";
import { parseEnv } from "node:util";

/** The variables the functions run with. */
export interface Environment extends Record<string, string> {
  SUPABASE_URL: string;
  SUPABASE_PUBLISHABLE_KEY: string;
  SUPABASE_SECRET_KEY: string;
  API_SECRET_KEY: string;
  DIGEST_CRON_SECRET: string;
}

/** Values nobody has to choose for a local Supabase. */
const GENERATED = {
  SUPABASE_PUBLISHABLE_KEY: () => `sb_publishable_${random(24, "base64url")}`,
  SUPABASE_SECRET_KEY: () => `sb_secret_${random(24, "base64url")}`,
  SUPABASE_JWT_SECRET: () => random(48, "base64url"),
  API_SECRET_KEY: () => random(32, "base64url"),
  DIGEST_CRON_SECRET: () => random(32, "base64url"),
  SIGNING_SECRET: () => random(32, "base64url"),
  API_KEY_SECRET: () => random(32, "base64url"),
  TOKEN_ENCRYPTION_KEYS: () => `local:${random(32, "base64")}`,
};

/** Where the values come from, the first that has a name wins. */
export interface Sources {
  overrides: Record<string, string>;
  process: Record<string, string>;
  functionsEnv: Record<string, string>;
  generated: Record<string, string>;
}

/** Merges the sources. SUPABASE_URL is always `url`: these functions belong to this Supabase. */
export function mergeEnvironment(url: string, sources: Sources): Environment {
  const { overrides, process, functionsEnv, generated } = sources;
  const defaults = { ENVIRONMENT: "development", ...generated, ...functionsEnv };
  const value = (name: string): string => {
    // An empty variable counts as unset, as in `API_SECRET_KEY= deno task start`.
    const found = [overrides[name], process[name], functionsEnv[name], generated[name]];
    return found.find((candidate) => candidate) ?? "";
  };
  const inherited = Object.fromEntries(
    Object.keys(defaults).flatMap((name) => process[name] ? [[name, process[name]]] : []),
  );
  return {
    ...defaults,
    ...inherited,
    ...overrides,
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEY: value("SUPABASE_PUBLISHABLE_KEY"),
    SUPABASE_SECRET_KEY: value("SUPABASE_SECRET_KEY"),
    API_SECRET_KEY: value("API_SECRET_KEY"),
    DIGEST_CRON_SECRET: value("DIGEST_CRON_SECRET"),
  };
}

/** supabase/functions/.env, which the Supabase CLI serves the functions with too. */
export async function readFunctionsEnv(root: string): Promise<Record<string, string>> {
  return await readDotenv(`${root}/supabase/functions/.env`) ?? {};
}

/**
 * The generated values, from `secrets.env` in the state folder: made on the first start and kept, so that
 * tokens, keys in scripts and encrypted columns outlive a restart. Without a folder they live as long as
 * the process.
 */
export async function generatedSecrets(
  stateDir: string | undefined,
): Promise<Record<string, string>> {
  const path = stateDir && `${stateDir}/secrets.env`;
  const kept = path ? await readDotenv(path) ?? {} : {};
  const secrets = { ...kept };
  for (const [name, generate] of Object.entries(GENERATED)) secrets[name] ??= generate();
  if (path && Object.keys(secrets).length > Object.keys(kept).length) {
    await writeDotenv(path, secrets);
  }
  return secrets;
}

/** Writes a dotenv file that only its owner may read. */
export async function writeDotenv(path: string, values: Record<string, string>): Promise<void> {
  const text = Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`).join("");
  // Written aside and renamed: a kill halfway leaves the old file, never half of the new one.
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, text, { mode: 0o600 });
  await Deno.rename(draft, path);
}

async function readDotenv(path: string): Promise<Record<string, string> | undefined> {
  try {
    const values = parseEnv(await Deno.readTextFile(path));
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Plain where a shell reads it as it stands, in single quotes otherwise. */
function quote(value: string): string {
  return /^[A-Za-z0-9_.:/@%+=,-]*$/.test(value) ? value : `'${value}'`;
}

function random(bytes: number, encoding: "base64" | "base64url"): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString(encoding);
}
