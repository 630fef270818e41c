import assert from "node:assert/strict";
import { serviceClient } from "../../supabase/functions/_shared/database/db.ts";
import type { Found } from "../../supabase/functions/_shared/mail/sent_mails.ts";
import type { Outcome } from "../../supabase/functions/_shared/mail/resend.ts";
import { runDigests, type RunTools } from "../../supabase/functions/digest/run.ts";
import { sql } from "../helpers/stack/database.ts";
import { digestOf, week } from "../helpers/digest/digests.ts";
import { setFunctionEnvironment } from "../helpers/stack/in_process.ts";
import { seedPerson } from "../helpers/tenancy/people.ts";

setFunctionEnvironment();
const db = serviceClient();
const settings = {
  from: "Digest <digest@example.test>",
  appUrl: "https://app.example.test",
  functionsUrl: "https://api.example.test",
  signingSecret: "a secret of the tests",
};
const accepted: Outcome = { kind: "sent", messageId: crypto.randomUUID() };
const limited = (retryAfter: number): Outcome => ({
  kind: "retry",
  certain: true,
  code: "429",
  error: "429",
  retryAfter,
  rateLimited: true,
});

/** A run for one person with a clock that moves only when told to; answers what it did and how it waited. */
async function run(
  outcomes: (Outcome | ((userId: string) => Promise<Outcome>))[],
  times: number[] = [],
  { ending = new AbortController().signal, found = null }: {
    ending?: AbortSignal;
    found?: Found | null;
  } = {},
) {
  const person = await seedPerson();
  if (found !== null) await mayHaveGoneOut(person);
  const waits: number[] = [];
  let now = 0;
  let asked = 0;
  let attempts = 0;
  const tools: RunTools = {
    db,
    settings,
    send: async () => {
      const outcome = outcomes[attempts++];
      assert.ok(outcome, "one attempt too many");
      return typeof outcome === "function" ? await outcome(person.id) : outcome;
    },
    lookUp: found && (() => Promise.resolve(found)),
    clock: {
      now: () => now += (times[asked++] ?? 0) * 1000,
      wait: (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
        return Promise.resolve();
      },
      ending,
    },
  };
  const request = { trigger: "service", scope: "email", email: person.email, week } as const;
  const result = await silently(() => runDigests(request, tools));
  return { ...result, person, waits, attempts, digest: await digestOf(person.id) };
}

/** As if a mail had been handed over a day ago and no answer had come. */
async function mayHaveGoneOut({ id, email }: { id: string; email: string }): Promise<void> {
  await sql(
    `insert into public.digests (user_id, week_start, attempts, next_attempt_at, subject, body_text, body_html, envelope,
      content, unsure_since)
    values ($1::uuid, '2026-11-09', 1, now(), 'Subject', 'text', 'html',
      jsonb_build_object('from', 'f', 'to', $2::text, 'headers', jsonb_build_object()), '{}', now() - interval '24 hours')`,
    id,
    email,
  );
}

async function silently<Result>(work: () => Promise<Result>): Promise<Result> {
  const { log } = console;
  console.log = () => {};
  try {
    return await work();
  } finally {
    console.log = log;
  }
}

Deno.test("runDigests() gives back what it has no time for, without an attempt", async () => {
  // The clock is read at the start, before the claim and before the digest; 45 seconds pass before the last: a mail
  // that is begun then may take until the call has to be over.
  const { sent, pending, remaining, attempts, digest } = await run([], [0, 0, 45]);
  assert.deepStrictEqual([sent, pending, remaining, attempts], [0, 1, 1, 0]);
  assert.deepStrictEqual([digest.state, digest.attempts], ["pending", 0]);
});

Deno.test("runDigests() counts what waits for its next try as pending, not as remaining", async () => {
  const { pending, remaining } = await run([limited(11)]);
  assert.deepStrictEqual([pending, remaining], [1, 0]);
});

Deno.test("runDigests() takes no more when its worker is about to end, and gives back what it has", async () => {
  const ending = new AbortController();
  ending.abort();
  const none = await run([], [], { ending: ending.signal });
  assert.deepStrictEqual([none.sent, none.pending, none.remaining], [0, 1, 1]);

  const later = new AbortController();
  const endsMeanwhile = () => {
    later.abort();
    return Promise.resolve({ ...accepted, messageId: crypto.randomUUID() });
  };
  const { sent, pending } = await run([endsMeanwhile], [], { ending: later.signal });
  assert.deepStrictEqual([sent, pending], [1, 0], "what is under way is finished");
});

Deno.test("runDigests() waits out a short rate limit", async () => {
  const { sent, waits, attempts, digest } = await run([limited(2), limited(3), accepted]);
  assert.deepStrictEqual({ sent, waits, attempts }, { sent: 1, waits: [2000, 3000], attempts: 3 });
  assert.strictEqual(digest.attempts, 1);
});

Deno.test("runDigests() leaves a long rate limit, and one without end, to the sweep", async () => {
  const long = await run([limited(11)]);
  assert.deepStrictEqual([long.sent, long.pending, long.waits], [0, 1, []]);
  const endless = await run(Array.from({ length: 6 }, () => limited(1)));
  assert.deepStrictEqual([endless.sent, endless.pending, endless.attempts], [0, 1, 6]);
});

Deno.test("runDigests() sends no mail that may have gone out a day ago while nobody can tell", async () => {
  const unknown = {
    kind: "unknown",
    code: "outcome_unknown",
    error: "the list of sent mails: 401",
    retryAfter: null,
    rateLimited: false,
  } as const;
  const { attempts, pending, errors, digest, person } = await run([], [], { found: unknown });
  assert.deepStrictEqual({ attempts, pending }, { attempts: 0, pending: 1 });
  const error = "outcome unknown: the list of sent mails: 401";
  assert.deepStrictEqual(errors, [{ email: person.email, error }]);
  assert.deepStrictEqual([digest.state, digest.last_error], ["pending", error]);
});

Deno.test("runDigests() sends a mail that is known not to have gone out", async () => {
  const { sent, attempts } = await run([{ kind: "sent", messageId: crypto.randomUUID() }], [], {
    found: { kind: "not_sent" },
  });
  assert.deepStrictEqual({ sent, attempts }, { sent: 1, attempts: 1 });
});

Deno.test("runDigests() records nothing for a digest that another run took over", async () => {
  const takenOver = async (userId: string): Promise<Outcome> => {
    await sql("update public.digests set run_id = null where user_id = $1::uuid", userId);
    return { kind: "rejected", certain: true, code: "422", error: "422" };
  };
  const { digest } = await run([takenOver]);
  assert.strictEqual(digest.state, "sending");
});

Deno.test("runDigests() reports an internal error and leaves the digest to the sweep", async () => {
  const { errors, digest, person } = await run([() => Promise.reject(new Error("a fault"))]);
  assert.deepStrictEqual(errors, [{
    email: person.email,
    error: "internal error; it will be tried again",
  }]);
  assert.strictEqual(digest.state, "sending");
});
