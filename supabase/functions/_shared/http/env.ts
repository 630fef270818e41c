import { z } from "zod";

/** The parsed environment every function runs with. Secrets in it never reach a log or an answer. */
export type Env = z.infer<typeof EnvSchema>;

/** One variable that is missing, malformed or, in production, still a placeholder. */
export interface ConfigurationProblem {
  variable: string;
  message: string;
}

/** Thrown by {@link env} when the environment is unusable; names every faulty variable, never a value. */
export class ConfigurationError extends Error {
  constructor(readonly problems: ConfigurationProblem[]) {
    super(`Configuration: ${problems.map((p) => `${p.variable} ${p.message}`).join("; ")}`);
    this.name = "ConfigurationError";
  }
}

/**
 * The environment of this isolate, parsed once.
 * @throws ConfigurationError naming each missing or malformed variable.
 */
export function env(): Env {
  parsed ??= parseEnv(Deno.env.toObject());
  if (parsed.env === null) throw new ConfigurationError(parsed.problems);
  return parsed.env;
}

/** The environment, or null where it is unusable: for what must answer even then, such as CORS and liveness. */
export function envIfUsable(): Env | null {
  parsed ??= parseEnv(Deno.env.toObject());
  return parsed.env;
}

/** What is wrong with this isolate's environment; empty when {@link env} would answer and nothing is a placeholder. */
export function configurationProblems(): ConfigurationProblem[] {
  parsed ??= parseEnv(Deno.env.toObject());
  return parsed.problems;
}

/**
 * Parses a raw environment. `env` is null when a variable is missing or malformed; in production a placeholder
 * secret is a problem too, and development on hosted Supabase is, though the functions could run with them.
 */
export function parseEnv(
  raw: Record<string, string>,
): { env: Env | null; problems: ConfigurationProblem[] } {
  const set = Object.fromEntries(Object.entries(raw).filter(([, value]) => value.trim() !== ""));
  const publishable = platformKey(set, "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY");
  const secret = platformKey(set, "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY");
  const result = EnvSchema.safeParse({
    ...set,
    SUPABASE_PUBLISHABLE_KEY: publishable.key,
    SUPABASE_SECRET_KEY: secret.key,
  });
  const faults = [...publishable.problems, ...secret.problems];
  if (!result.success) {
    return {
      env: null,
      problems: [
        ...result.error.issues.map((issue) => ({
          variable: String(issue.path[0] ?? "environment"),
          message: issue.message,
        })),
        ...faults,
      ],
    };
  }
  return { env: result.data, problems: [...faults, ...deploymentProblems(result.data)] };
}

/** The secrets that a production deployment must have set to something nobody can guess. */
const guarded = [
  "API_SECRET_KEY",
  "DIGEST_CRON_SECRET",
  "SIGNING_SECRET",
  "API_KEY_SECRET",
] as const;

const placeholder =
  /^(change[-_ ]?me|secret|test|example|placeholder|your[-_ ].*|xxx+|todo|dev.*)/i;

const secret = z.string("is missing").min(1, "is missing");
const httpUrl = z.url({ protocol: /^https?$/, error: "is not an http(s) URL" })
  .transform((url) => url.replace(/\/+$/, ""));

const rate = z.string().regex(
  /^[1-9]\d{0,6}\/[1-9]\d{0,5}$/,
  "is not REQUESTS/SECONDS, as in 600/60",
).refine((value) => {
  const [requests = 0, seconds = 1] = value.split("/").map(Number);
  return requests / seconds <= 100_000; // a token is a stretch of time, and the database's clock counts microseconds
}, "is more than 100000 a second");

const EnvSchema = z.object({
  ENVIRONMENT: z.enum(["development", "production"], "is neither development nor production")
    .default("production"),
  SUPABASE_URL: z.string("is missing").pipe(httpUrl),
  SUPABASE_PUBLISHABLE_KEY: secret,
  SUPABASE_SECRET_KEY: secret,
  API_SECRET_KEY: secret,
  DIGEST_CRON_SECRET: secret,
  SIGNING_SECRET: secret,
  API_KEY_SECRET: secret,
  TOKEN_ENCRYPTION_KEYS: z.string("is missing").transform((text, context) => {
    const keys = text.split(",").map((part) => part.trim()).filter(Boolean).map(parseEncryptionKey);
    const usable = keys.filter((key) => key !== null);
    if (usable.length === keys.length && usable.length > 0) return usable;
    context.addIssue("is not a list of id:base64 pairs with 32 bytes each, as in k1:…");
    return z.NEVER;
  }),
  FUNCTIONS_URL: httpUrl.optional(),
  AUTH_ISSUER: httpUrl.optional(),
  APP_URL: httpUrl.optional(),
  ALLOW_ORIGINS: z.string().optional(),
  RESEND_API_KEY: z.string().optional(),
  RESEND_API_URL: httpUrl.default("https://api.resend.com"),
  RESEND_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/=]+$/, "is not a whsec_… secret")
    .optional(),
  DIGEST_FROM: z.string().optional(),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_WEBHOOK_SECRET: z.string().min(16, "is shorter than 16 characters").optional(),
  GITHUB_API_URL: httpUrl.default("https://api.github.com"),
  DATABASE_LIMIT_MB: z.string().regex(/^[1-9]\d{0,8}$/, "is not a whole number of megabytes")
    .transform(Number).optional(),
  RATE_LIMIT_USER: rate.default("600/60"),
  RATE_LIMIT_KEY: rate.default("3000/60"),
  RATE_LIMIT_PAGES: rate.default("60000/60"),
  RATE_LIMIT_SHARE: rate.default("600/60"),
  RATE_LIMIT_SIGN_IN: rate.default("30/300"),
  RATE_LIMIT_SIGN_IN_ACCOUNT: rate.default("10/300"),
  RATE_LIMIT_REGISTER: rate.default("10/3600"),
  RATE_LIMIT_INVITATION: rate.default("60/3600"),
}).transform((values) => ({
  ...values,
  // The local Supabase is where the dashboard is; elsewhere nobody but the owner knows.
  APP_URL: values.APP_URL ??
    (values.ENVIRONMENT === "development" ? values.SUPABASE_URL : undefined),
  FUNCTIONS_URL: values.FUNCTIONS_URL ?? `${values.SUPABASE_URL}/functions/v1`,
  AUTH_ISSUER: values.AUTH_ISSUER ?? `${values.SUPABASE_URL}/auth/v1`,
}));

let parsed: ReturnType<typeof parseEnv> | undefined;

/**
 * Hosted Supabase injects named keys as a JSON dictionary, an empty one where a project has only keys of the older kind;
 * self-hosted and older projects set single ones. A dictionary that cannot be meant is told, whatever else there is to use.
 */
function platformKey(
  raw: Record<string, string>,
  single: string,
  legacy: string,
): { key: string | undefined; problems: ConfigurationProblem[] } {
  const variable = `${single}S`;
  const otherwise = raw[single] ?? raw[legacy];
  const keys = parseDictionary(raw[variable] ?? "{}");
  if (keys === null) {
    const message = "is not a JSON dictionary of keys by name";
    return { key: otherwise, problems: [{ variable, message }] };
  }
  const [first] = Object.values(keys);
  const key = keys["default"] ?? otherwise ?? first;
  const isNameless = first !== undefined && keys["default"] === undefined;
  return { key, problems: isNameless ? [{ variable, message: "has no key named default" }] : [] };
}

function parseDictionary(text: string): Record<string, string> | null {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    return null; // reported by its name
  }
}

// The return type is inferred: `Uint8Array<ArrayBuffer>` is unknown to the hosted runtime's TypeScript, and needed by ours.
function parseEncryptionKey(text: string) {
  const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(text);
  if (match === null) return null;
  const [, id = "", encoded = ""] = match;
  return { id, key: Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)) };
}

/** What runs, but must not run where it does. */
function deploymentProblems(env: Env): ConfigurationProblem[] {
  if (env.ENVIRONMENT !== "production") {
    return new URL(env.SUPABASE_URL).hostname.endsWith(".supabase.co")
      ? [{ variable: "ENVIRONMENT", message: "is development on hosted Supabase" }]
      : [];
  }
  const problems: ConfigurationProblem[] = guarded
    .filter((name) => env[name].length < 24 || placeholder.test(env[name]))
    .map((variable) => ({
      variable,
      message: "is a placeholder or shorter than 24 characters",
    }));
  if (env.TOKEN_ENCRYPTION_KEYS.some(({ key }) => new Set(key).size < 8)) {
    problems.push({ variable: "TOKEN_ENCRYPTION_KEYS", message: "is a placeholder" });
  }
  if (env.API_SECRET_KEY === env.DIGEST_CRON_SECRET) {
    problems.push({ variable: "DIGEST_CRON_SECRET", message: "is the same as API_SECRET_KEY" });
  }
  if (env.RESEND_API_KEY !== undefined) {
    // Without them mails lack their links, or are not sent at all; with a stranger's they would lead to a stranger.
    for (const variable of ["APP_URL", "DIGEST_FROM"] as const) {
      if (env[variable] === undefined) {
        problems.push({ variable, message: "is missing, which mails need" });
      }
    }
  }
  return problems;
}
