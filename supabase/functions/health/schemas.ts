import { z } from "@hono/zod-openapi";
import { dateField, idField, timeField } from "../_shared/http/fields.ts";
import { MissedWeekSchema } from "../_shared/mail/missed_week.ts";
import { version } from "../_shared/http/version.ts";

const Check = z.object({
  status: z.enum(["ok", "failed"]),
  duration_ms: z.number(),
  reason: z.string().optional().openapi({ description: "Why it failed, without hosts or values." }),
});

const CallSchema = z.object({
  job: z.string(),
  called_at: timeField.openapi({ description: "Its last call." }),
  answered_at: timeField.nullable().openapi({ description: "Its last call that was answered." }),
  status_code: z.int().nullable().openapi({ description: "What the answer was; null: none came." }),
}).openapi("ScheduledCall");

const exampleCall = {
  job: "self-test",
  called_at: "2026-11-20T08:00:00Z",
  answered_at: "2026-11-20T08:00:00Z",
  status_code: 403,
};

export const ReadinessSchema = z.object({
  ready: z.boolean(),
  checks: z.object({
    configuration: Check,
    database: Check,
    migrations: Check,
    auth: Check,
    cron: Check,
    scheduled_calls: Check,
    demo_logins: Check,
  }),
  scheduled_calls: z.array(CallSchema).openapi({
    description: "What each job's last call of a function was answered, as pg_net has it.",
  }),
}).openapi("Readiness", {
  example: {
    ready: false,
    checks: {
      configuration: {
        status: "failed",
        duration_ms: 0,
        reason: "API_SECRET_KEY is a placeholder or shorter than 24 characters",
      },
      database: { status: "ok", duration_ms: 4 },
      migrations: { status: "ok", duration_ms: 5 },
      auth: { status: "ok", duration_ms: 6 },
      cron: { status: "ok", duration_ms: 5 },
      scheduled_calls: {
        status: "failed",
        duration_ms: 5,
        reason: "self-test was answered 403: digest_cron_secret in Vault is not DIGEST_CRON_SECRET",
      },
      demo_logins: { status: "ok", duration_ms: 4 },
    },
    scheduled_calls: [exampleCall],
  },
});

/** What the SQL function `disk_status` answers. */
export const StoredDiskSchema = z.object({
  bytes: z.int(),
  pillars: z.array(z.object({
    pillar: z.enum(["metrics", "product", "delivery", "ai", "digest", "platform", "rest"]),
    bytes: z.int(),
  })),
  since: dateField.nullable().openapi({
    description: "The day that the growth is measured from; null before the second day.",
  }),
  growth_bytes_per_day: z.int().nullable(),
});

const DiskSchema = StoredDiskSchema.extend({
  limit_bytes: z.int().nullable().openapi({
    description:
      "`DATABASE_LIMIT_MB`: past it a small plan turns read-only. Null where it is not set.",
  }),
  used_pct: z.number().nullable(),
  days_left: z.int().nullable().openapi({
    description: "Until the limit, if it goes on growing like this.",
  }),
  null_reason: z.enum(["no_limit", "no_samples", "not_growing"]).nullable().openapi({
    description:
      "Why `days_left` is null. `no_limit`: `DATABASE_LIMIT_MB` is not set. `no_samples`: it was not measured on two days yet, and " +
      "`growth_bytes_per_day` is null too. `not_growing`: it does not come nearer.",
  }),
});

const StatusCallSchema = CallSchema.extend({
  error: z.string().nullable().openapi({
    description: "What the network said, without an answer.",
  }),
}).openapi("ScheduledCallWithError");

/** What the SQL function `scheduled_calls` answers. */
export const StoredCallsSchema = z.object({
  now: z.string(),
  missing_secrets: z.array(z.string()),
  jobs: z.array(StatusCallSchema),
});

/** What the SQL function `service_status` answers. */
export const StoredStatusSchema = z.object({
  digest: z.object({
    next_at: timeField.nullable(),
    last_at: timeField.nullable(),
    missed: z.array(MissedWeekSchema).openapi({
      description:
        "Weeks of the last ten that no digest was sent of, the newest first; at most 100.",
    }),
  }),
  last_ingest: z.array(z.object({ source_name: z.string(), at: timeField })),
});

/** What the SQL function `undelivered_alerts` answers. */
export const UndeliveredSchema = z.array(
  z.object({
    kind: z.enum(["budget", "disk"]),
    org_id: idField,
    organization: z.string(),
    user_id: idField,
    state: z.enum(["failed", "expired"]),
    attempts: z.int(),
    error: z.string().nullable(),
    at: timeField,
  }).openapi("UndeliveredAlert"),
);

export const StatusSchema = StoredStatusSchema.extend({
  version: z.string(),
  environment: z.enum(["development", "production"]),
  disk: DiskSchema,
  scheduled_calls: z.array(StatusCallSchema),
  undelivered_alerts: UndeliveredSchema.openapi({
    description:
      "Mails about budgets and the disk of the last thirty days that nobody got, the newest first; at most 100.",
  }),
}).openapi("ServiceStatus", {
  example: {
    version,
    environment: "production",
    digest: { next_at: "2026-11-23T16:00:00Z", last_at: "2026-11-16T16:00:04Z", missed: [] },
    last_ingest: [{ source_name: "ga4", at: "2026-11-20T07:12:00Z" }],
    disk: {
      bytes: 210_000_000,
      pillars: [
        { pillar: "product", bytes: 150_000_000 },
        { pillar: "rest", bytes: 40_000_000 },
        { pillar: "ai", bytes: 20_000_000 },
      ],
      since: "2026-10-23",
      growth_bytes_per_day: 2_000_000,
      limit_bytes: 500_000_000,
      used_pct: 42,
      days_left: 145,
      null_reason: null,
    },
    scheduled_calls: [{ ...exampleCall, error: null }],
    undelivered_alerts: [],
  },
});
