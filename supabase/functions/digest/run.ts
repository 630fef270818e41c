import { z } from "@hono/zod-openapi";
import { type Db, rpc } from "../_shared/database/db.ts";
import { callLimit, type Clock } from "../_shared/http/clock.ts";
import { causeOf } from "../_shared/http/log.ts";
import { retryDelay } from "./backoff.ts";
import type { Outcome } from "../_shared/mail/resend.ts";
import type { Found } from "../_shared/mail/sent_mails.ts";
import { composeMail } from "./mail.ts";
import { reportOf, weekOf } from "./report.ts";
import {
  BeginSchema,
  ClaimSchema,
  EndSchema,
  PreparedSchema,
  type WeeklySchema,
} from "./schemas.ts";
import type { MailSettings, PreparedMail } from "./types.ts";

export interface RunRequest {
  trigger: "service" | "cron";
  scope: "all" | "email" | "due";
  email?: string | undefined;
  week?: string | undefined;
}

/** What a run works with: the database, the mail provider (null: none is set up), the clock. */
export interface RunTools {
  db: Db;
  send: ((digestId: string, mail: PreparedMail) => Promise<Outcome>) | null;
  /** Whether the provider has sent a mail, for one that it would not recognize any more. */
  lookUp: ((mail: NonNullable<Claimed["in_doubt"]>) => Promise<Found>) | null;
  settings: MailSettings;
  clock: Clock;
}

type Claimed = z.output<typeof ClaimSchema>["claimed"][number];
type Result = z.output<typeof WeeklySchema>;

/** A run begins no more digests after this long, in milliseconds: a last mail may take its provider 15 seconds. */
const budget = callLimit - 15_000;
/** And after this many digests: the platform allows two seconds of CPU a request, and each takes some milliseconds. */
const maxDigests = 200;
const batchSize = 20;
const concurrency = 4;
/** A rate limit is waited out on the spot when it is this short, in milliseconds, and this often for one mail. */
const shortPause = 10_000;
const maxPauses = 5;

/**
 * Enqueues what the request is for and works the outbox until it is empty or the budget is spent; what is left stays
 * pending for the sweep. Any number of runs may work beside each other: the database hands each digest to one.
 */
export async function runDigests(request: RunRequest, tools: RunTools): Promise<Result> {
  const { db, clock } = tools;
  const deadline = clock.now() + budget;
  const begun = await rpc(db, "digest_begin", {
    p_trigger: request.trigger,
    p_scope: request.scope,
    p_email: request.email,
    p_week: request.week,
  }, BeginSchema);
  const run = new Run(begun.run_id, deadline, tools);
  run.skipped = begun.skipped;
  run.errors.push(...begun.errors);
  line(`start run=${run.id} trigger=${request.trigger} scope=${request.scope}`);
  for (const { org_id, week_start } of begun.missed) {
    line(`missed run=${run.id} org=${org_id} week=${week_start}`);
  }

  try {
    await run.workOutbox();
  } catch (error) {
    line(`aborted run=${run.id}`);
    throw error;
  }

  const { sent, stored, skipped, errors } = run;
  const end = await rpc(db, "digest_end", {
    p_run_id: run.id,
    p_counts: { sent, stored, skipped, failed: errors.length },
  }, EndSchema);
  line(
    `done run=${run.id} status=${end.status} sent=${sent} stored=${stored} skipped=${skipped} ` +
      `failed=${errors.length} pending=${end.pending}`,
  );
  return {
    status: end.status,
    period: weekOf(begun.week_start, begun.time_zone),
    sent,
    stored,
    skipped,
    pending: end.pending,
    remaining: end.remaining,
    errors,
    missed: begun.missed,
    run_id: run.id,
  };
}

class Run {
  sent = 0;
  stored = 0;
  skipped = 0;
  errors: Result["errors"] = [];
  /** No mail is sent before this time, because the provider asked for a pause. */
  private resumeAt = 0;

  constructor(
    readonly id: string,
    private readonly deadline: number,
    private readonly tools: RunTools,
  ) {}

  async workOutbox(): Promise<void> {
    for (let taken = 0; taken < maxDigests && !this.isOver(); taken += batchSize) {
      const { claimed, failed, skipped } = await rpc(this.tools.db, "digest_claim", {
        p_run_id: this.id,
        p_limit: batchSize,
      }, ClaimSchema);
      this.errors.push(...failed);
      this.skipped += skipped;
      for (let given = 0; given < failed.length; given++) {
        line(`failed run=${this.id} code=expired`);
      }
      if (claimed.length + failed.length + skipped === 0) return;
      const queue = claimed.values();
      const worker = async () => {
        for (const digest of queue) await this.work(digest);
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    }
  }

  /** Sees one digest through; a failure is recorded and never keeps the others from theirs. */
  private async work(digest: Claimed): Promise<void> {
    try {
      if (this.isOver()) {
        await this.finish(digest, { state: "pending", tried: false });
        return;
      }
      const { lookUp } = this.tools;
      const found = digest.in_doubt && lookUp && await lookUp(digest.in_doubt);
      if (found !== null && found.kind !== "not_sent") return await this.settle(digest, found);
      const mail = await this.prepare(digest, found !== null);
      // Another run holds the digest by now: this one was too slow and must not send.
      if (mail === null) return;
      if (this.tools.send === null) {
        if (await this.finish(digest, { state: "stored", tried: true })) this.stored++;
      } else {
        await this.record(digest, await this.send(digest.id, mail));
      }
    } catch (error) {
      // The lease runs out, and the sweep tries again with the same mail under the same key.
      this.fail(digest, "internal_error", "internal error; it will be tried again");
      line(`cause digest=${digest.id} ${causeOf(error)}`);
    }
  }

  /** For a mail that may have gone out a day ago: it did, or nobody can tell, and then twice is worse than never. */
  private async settle(digest: Claimed, found: Exclude<Found, { kind: "not_sent" }>) {
    if (found.kind === "unknown") {
      const error = `outcome unknown: ${found.error}`;
      await this.record(digest, { ...found, kind: "retry", certain: false, error });
    } else {
      await this.record(digest, found);
    }
  }

  /** Renewed, the mail is a new one to the provider. */
  private async prepare(digest: Claimed, renew: boolean): Promise<PreparedMail | null> {
    const { db, settings, clock } = this.tools;
    let message = null;
    if (digest.content !== null) {
      const report = reportOf(digest.content);
      const recipient = { userId: digest.user_id, email: digest.email };
      message = {
        ...composeMail(report, recipient, settings, clock.now() / 1000),
        content: report,
      };
    }
    return await rpc(db, "digest_prepare", {
      p_run_id: this.id,
      p_id: digest.id,
      p_message: message,
      p_renew: renew,
    }, PreparedSchema);
  }

  /** Sends, waiting out short rate limits, which hold for all mails of the run. */
  private async send(digestId: string, mail: PreparedMail): Promise<Outcome> {
    const { clock, send } = this.tools;
    if (send === null) throw new Error("There is no mail provider to send with");
    for (let pauses = 0;; pauses++) {
      if (this.resumeAt > clock.now()) await clock.wait(this.resumeAt - clock.now());
      const outcome = await send(digestId, mail);
      if (outcome.kind !== "retry" || !outcome.rateLimited) return outcome;
      const pause = (outcome.retryAfter ?? 1) * 1000;
      if (pause > shortPause || pauses >= maxPauses || clock.now() + pause >= this.deadline) {
        return outcome;
      }
      this.resumeAt = Math.max(this.resumeAt, clock.now() + pause);
    }
  }

  private async record(digest: Claimed, outcome: Outcome): Promise<void> {
    if (outcome.kind === "sent") {
      const finish = { state: "sent", tried: true, message_id: outcome.messageId } as const;
      if (await this.finish(digest, finish)) this.sent++;
      return;
    }
    const { certain, error } = outcome;
    await this.finish(
      digest,
      outcome.kind === "rejected" ? { state: "failed", tried: true, certain, error } : {
        state: "pending",
        tried: true,
        certain,
        error,
        retry_in: retryDelay(digest.attempts, outcome.retryAfter),
      },
    );
    this.fail(digest, outcome.code, error);
  }

  private fail(digest: Claimed, code: string, error: string): void {
    this.errors.push({ email: digest.email, error });
    line(`failed run=${this.id} digest=${digest.id} attempt=${digest.attempts} code=${code}`);
  }

  /** Whether the digest was still this run's to finish; otherwise the run that took it over counts it. */
  private async finish(digest: Claimed, outcome: Finish): Promise<boolean> {
    const held = await rpc(this.tools.db, "digest_finish", {
      p_run_id: this.id,
      p_id: digest.id,
      p_outcome: { ...outcome },
    }, z.boolean());
    if (!held) line(`lost run=${this.id} digest=${digest.id}`);
    return held;
  }

  private isOver(): boolean {
    const { clock } = this.tools;
    return clock.ending.aborted || clock.now() >= this.deadline;
  }
}

interface Finish {
  state: "sent" | "stored" | "pending" | "failed";
  tried: boolean;
  certain?: boolean;
  message_id?: string;
  error?: string;
  retry_in?: number;
}

/** One line in the function's log. Never an e-mail address. */
function line(text: string): void {
  console.log(`[WEEKLY DIGEST] ${text}`);
}
