import { z } from "@hono/zod-openapi";
import { rpc, serviceClient } from "../_shared/database/db.ts";
import { ConfigurationError, configurationProblems, env } from "../_shared/http/env.ts";
import { causeOf, log } from "../_shared/http/log.ts";
import { newestMigration } from "./newest_migration.ts";
import { callFault } from "./scheduled_calls.ts";
import { type ReadinessSchema, StoredCallsSchema } from "./schemas.ts";

type Readiness = z.input<typeof ReadinessSchema>;
type Check = Readiness["checks"]["database"];

/** How long one check may take, in milliseconds. */
const deadline = 3000;

/** pg_cron beats every minute; after this many seconds without a beat it counts as stopped. */
const staleAfter = 300;

/** Runs all checks at once, each with its own deadline. Reasons name variables and parts, never hosts or values. */
export async function checks(): Promise<Readiness> {
  let calls: Readiness["scheduled_calls"] = [];
  const callsAreAnswered = async (): Promise<void> => {
    const stored = await rpc(serviceClient(), "scheduled_calls", {}, StoredCallsSchema);
    calls = stored.jobs;
    const fault = callFault(stored);
    if (fault !== null) throw new Failed(fault);
  };
  const [configuration, database, migrations, auth, cron, scheduled_calls, demo_logins] =
    await Promise.all([
      check(configurationIsComplete),
      check(databaseAnswers),
      check(migrationsAreApplied),
      check(authAnswers),
      check(cronIsFresh),
      check(callsAreAnswered),
      check(demoLoginsAreAbsent),
    ]);
  const all = { configuration, database, migrations, auth, cron, scheduled_calls, demo_logins };
  const ready = Object.values(all).every((one) => one.status === "ok");
  return { ready, checks: all, scheduled_calls: calls };
}
/** A check's reason for failing; anything else thrown is "unreachable" to the caller and a cause in the log. */
class Failed extends Error {}

async function check(run: () => Promise<void> | void): Promise<Check> {
  const started = performance.now();
  const duration = () => Math.round(performance.now() - started);
  try {
    await withDeadline(run);
    return { status: "ok", duration_ms: duration() };
  } catch (error) {
    if (error instanceof Failed) {
      return { status: "failed", duration_ms: duration(), reason: error.message };
    }
    if (error instanceof ConfigurationError) {
      return { status: "failed", duration_ms: duration(), reason: "not configured" };
    }
    log("error", "readiness_check_failed", { check: run.name, cause: causeOf(error) });
    return { status: "failed", duration_ms: duration(), reason: "unreachable" };
  }
}

async function withDeadline(run: () => Promise<void> | void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Failed(`no answer within ${deadline} ms`)), deadline);
  });
  try {
    await Promise.race([run(), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function configurationIsComplete(): void {
  const problems = configurationProblems();
  if (problems.length > 0) {
    throw new Failed(problems.map((one) => `${one.variable} ${one.message}`).join("; "));
  }
}

async function databaseAnswers(): Promise<void> {
  await rpc(serviceClient(), "ping", {}, z.literal("pong"));
}

async function migrationsAreApplied(): Promise<void> {
  const applied = await rpc(serviceClient(), "newest_migration", {}, z.string().nullable());
  if (applied === null) throw new Failed("none recorded");
  if (applied < newestMigration) throw new Failed(`at ${applied}, needs ${newestMigration}`);
}

async function authAnswers(): Promise<void> {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = env();
  const response = await fetch(`${SUPABASE_URL}/auth/v1/settings`, {
    headers: { apikey: SUPABASE_PUBLISHABLE_KEY },
    signal: AbortSignal.timeout(deadline),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Failed(`answered ${response.status}`);
}

async function cronIsFresh(): Promise<void> {
  const age = await rpc(serviceClient(), "seconds_since_cron_heartbeat", {}, z.number());
  if (age > staleAfter) throw new Failed(`last ran ${Math.round(age)} s ago`);
}

/** Their passwords stand in docs/configuration.md, which is what they are for everywhere else. */
async function demoLoginsAreAbsent(): Promise<void> {
  if (env().ENVIRONMENT !== "production") return;
  const exist = await rpc(serviceClient(), "demo_logins_exist", {}, z.boolean());
  if (exist) throw new Failed("seed.sql's demo logins exist in production");
}
