import { testEnv } from "./api.ts";

/** The environment of a function that talks to the local Supabase of the tests. */
export function functionEnvironment(): Record<string, string> {
  return {
    ENVIRONMENT: "development",
    SUPABASE_URL: testEnv("TEST_URL"),
    SUPABASE_PUBLISHABLE_KEY: testEnv("TEST_PUBLISHABLE_KEY"),
    SUPABASE_SECRET_KEY: testEnv("TEST_SECRET_KEY"),
    API_SECRET_KEY: testEnv("TEST_API_SECRET_KEY"),
    DIGEST_CRON_SECRET: testEnv("TEST_CRON_SECRET"),
    SIGNING_SECRET: testEnv("TEST_SIGNING_SECRET"),
    API_KEY_SECRET: testEnv("TEST_API_KEY_SECRET"),
    TOKEN_ENCRYPTION_KEYS: testEnv("TEST_ENCRYPTION_KEYS"),
    RESEND_API_URL: testEnv("TEST_MAIL_URL"),
    GITHUB_API_URL: testEnv("TEST_GITHUB_URL"),
  };
}

/**
 * Gives this process the environment of a function whose deployment has no mail provider, so that a test may import the
 * function and call it directly. The deployment the other tests talk to has one.
 */
export function setFunctionEnvironment(): void {
  for (const [name, value] of Object.entries(functionEnvironment())) Deno.env.set(name, value);
}
