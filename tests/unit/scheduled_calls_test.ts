import assert from "node:assert/strict";
import { callFault } from "../../supabase/functions/health/scheduled_calls.ts";

const now = "2026-11-16T09:00:00Z";

/** A job's call so many minutes ago and its answer: a status, an error of the network, or none. */
function job(name: string, minutesAgo: number, answer: number | string | null) {
  const at = new Date(Date.parse(now) - minutesAgo * 60_000).toISOString();
  return {
    job: name,
    called_at: at,
    answered_at: answer === null ? null : at,
    status_code: typeof answer === "number" ? answer : null,
    error: typeof answer === "string" ? answer : null,
  };
}

const cases: [string, ReturnType<typeof job>[], string | null][] = [
  ["nothing was called yet", [], null],
  ["all is well", [job("self-test", 4, 200), job("etl-due", 1, 202)], null],
  ["pg_net has not sent it yet", [job("self-test", 1, null)], null],
  ["pg_net sends nothing", [job("self-test", 3, null)], "self-test was not answered"],
  [
    "the secret is wrong",
    [job("self-test", 4, 403)],
    "self-test was answered 403: digest_cron_secret in Vault is not DIGEST_CRON_SECRET",
  ],
  [
    "the URL is wrong, and its host is nobody's business",
    [job("self-test", 4, "Couldn't resolve host: internal.example")],
    "self-test was not answered: functions_url in Vault leads nowhere",
  ],
  [
    "the functions are slow",
    [job("self-test", 4, "no answer in time")],
    "self-test was not answered: no answer in time",
  ],
  ["there is no such function", [job("self-test", 4, 404)], "self-test was answered 404"],
  [
    "one function fails",
    [job("digest-sweep", 10, 503), job("self-test", 4, 200)],
    "digest-sweep was answered 503",
  ],
  ["it did so yesterday", [job("digest-sweep", 1_440, 503), job("self-test", 4, 200)], null],
  [
    "the secret was put right since",
    [job("digest-sweep", 10, 403), job("self-test", 4, 200)],
    null,
  ],
  [
    "the secret was right before",
    [job("digest-sweep", 2, 403), job("self-test", 4, 200)],
    "digest-sweep was answered 403: digest_cron_secret in Vault is not DIGEST_CRON_SECRET",
  ],
  [
    "a job that rests has lost its last answer",
    [job("digest-sweep", 100, null), job("self-test", 4, 200)],
    null,
  ],
];

for (const [name, jobs, expected] of cases) {
  Deno.test(`callFault() when ${name}`, () => {
    assert.strictEqual(callFault({ now, missing_secrets: [], jobs }), expected);
  });
}

Deno.test("callFault() names what Vault lacks", () => {
  const missing_secrets = ["digest_cron_secret", "functions_url"];
  assert.strictEqual(
    callFault({ now, missing_secrets, jobs: [] }),
    "Vault lacks digest_cron_secret and functions_url",
  );
});

Deno.test("callFault() judges by the last call that was answered while the next is on its way", () => {
  const waiting = { ...job("self-test", 5, 403), called_at: now };
  assert.match(callFault({ now, missing_secrets: [], jobs: [waiting] }) ?? "", /403/);
});
