import { type Stack, startStack } from "../../../local/stack.ts";
import { endWhenStuck } from "../../../local/watchdog.ts";
import { startControl } from "./control.ts";
import { captureLog } from "./log.ts";
import { startStandIns } from "./stand_ins.ts";

/** A local Supabase, the services outside the project stood in for, and the tests' way to its database. */
export interface TestServer {
  /** What test processes find in their environment; `tests/helpers/stack/api.ts` reads it. */
  environment: Record<string, string>;
  stack: Stack;
  stop(): Promise<void>;
}

/** The webhook secret of the mail provider's stand-in. */
const webhookSecret = "whsec_dGVzdHMgc2lnbiB0aGVpciB3ZWJob29rcyA6KQ==";

/** The secret GitHub's stand-in signs with. */
const githubWebhookSecret = "the secret of GitHub's webhooks";

/** Starts everything on free loopback ports; in memory, or on DATABASE_URL, which is emptied. */
export async function startTestServer(): Promise<TestServer> {
  const cleanup = new AsyncDisposableStack();
  try {
    return await start(cleanup);
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

async function start(cleanup: AsyncDisposableStack): Promise<TestServer> {
  const databaseUrl = Deno.env.get("DATABASE_URL");
  const standIns = await startStandIns();
  cleanup.defer(() => standIns.stop());
  const log = captureLog();
  cleanup.defer(() => log.stop());
  const stack = await startStack({
    port: 0,
    memory: true,
    seed: true,
    // Jobs run when a test says so, except where the real pg_cron is part of the test.
    scheduler: false,
    ...(databaseUrl ? { databaseUrl, reset: true } : {}),
    environment: { ...functionsEnvironment, ...standIns.functionsEnvironment },
    log: (line) => console.log(line),
  });
  cleanup.defer(() => stack.stop());
  if (databaseUrl) await restRealJobs(stack);
  else {
    cleanup.defer(endWhenStuck());
    cleanup.defer(keepBeating(stack));
  }
  const control = startControl(stack, log);
  cleanup.defer(() => control.stop());

  const { environment: functions } = stack;
  return {
    stack,
    environment: {
      TEST_URL: stack.url,
      TEST_CONTROL_URL: control.url,
      TEST_CONTROL_TOKEN: control.token,
      ...(databaseUrl ? { TEST_DATABASE_URL: databaseUrl } : {}),
      TEST_DATABASE: databaseUrl ? "postgres" : "pglite",
      TEST_PUBLISHABLE_KEY: functions.SUPABASE_PUBLISHABLE_KEY,
      TEST_SECRET_KEY: functions.SUPABASE_SECRET_KEY,
      TEST_API_SECRET_KEY: functions.API_SECRET_KEY,
      TEST_CRON_SECRET: functions.DIGEST_CRON_SECRET,
      TEST_JWT_SECRET: functions["SUPABASE_JWT_SECRET"] ?? "",
      TEST_API_KEY_SECRET: functions["API_KEY_SECRET"] ?? "",
      TEST_SIGNING_SECRET: functions["SIGNING_SECRET"] ?? "",
      TEST_ENCRYPTION_KEYS: functions["TOKEN_ENCRYPTION_KEYS"] ?? "",
      TEST_WEBHOOK_SECRET: webhookSecret,
      TEST_GITHUB_WEBHOOK_SECRET: githubWebhookSecret,
      ...standIns.testEnvironment,
    },
    stop: () => cleanup.disposeAsync(),
  };
}

/**
 * The real pg_cron runs jobs by the clock: all but the heartbeat rest until a test wakes them, or a run across a full
 * hour would send digests in the middle of other tests.
 */
async function restRealJobs({ database }: Stack): Promise<void> {
  await database.query(
    "select cron.alter_job(jobid, active := false) from cron.job where jobname <> 'heartbeat'",
  );
}

/**
 * The heartbeat of the schedule goes on while the jobs rest: readiness fails after five minutes without one, and the tests take longer
 * on a slow machine. Answers how to end it.
 */
function keepBeating({ database }: Stack): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const beat = async () => {
    const [job] = await database.query<{ command: string }>(
      "select command from cron.job where jobname = 'heartbeat'",
    );
    await database.exec(job?.command ?? "");
  };
  const timer = setInterval(() => {
    last = beat().catch((error) => console.error("The heartbeat failed:", error));
  }, 60_000);
  return async () => {
    clearInterval(timer);
    await last;
  };
}

/** Every variable the functions know, so that neither the machine's nor supabase/functions/.env reach the tests. */
const functionsEnvironment = {
  ENVIRONMENT: "development",
  ALLOW_ORIGINS: "",
  APP_URL: "https://app.livinglytics.test",
  FUNCTIONS_URL: "",
  DIGEST_FROM: "Living Lytics <digest@livinglytics.test>",
  GITHUB_TOKEN: "ghp_ok-octocat-service",
  // A key that encrypts, and an older one that still decrypts.
  TOKEN_ENCRYPTION_KEYS: `newer:${btoa("n".repeat(32))},older:${btoa("o".repeat(32))}`,
  RESEND_API_KEY: "re_key_of_the_tests",
  RESEND_WEBHOOK_SECRET: webhookSecret,
  GITHUB_WEBHOOK_SECRET: githubWebhookSecret,
  SUPABASE_PUBLISHABLE_KEYS: "",
  SUPABASE_SECRET_KEYS: "",
  // All tests come from one address, and one person asks every route in many ways within a minute. An account's limit is
  // theirs to try.
  RATE_LIMIT_USER: "6000/60",
  RATE_LIMIT_SIGN_IN: "1000000/60",
  RATE_LIMIT_SIGN_IN_ACCOUNT: "20/3600",
  RATE_LIMIT_REGISTER: "1000000/60",
};
