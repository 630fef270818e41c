import { z } from "@hono/zod-openapi";
import { dateField, emailField, idField } from "../_shared/http/fields.ts";
import { MissedWeekSchema } from "../_shared/mail/missed_week.ts";
import { DateSchema } from "../_shared/numbers/dates.ts";
import { doraMetrics, doraNullReasons, DoraNumbersSchema } from "../_shared/numbers/dora.ts";
import { ChangeSchema, PeriodSchema } from "../_shared/http/answers.ts";
import { storedTile as tile, TileMetricSchema } from "../_shared/numbers/tiles.ts";
import { EmailQuery, EmailSchema } from "../_shared/http/schemas.ts";

const value = z.number().nullable();
/** What AI sessions of a week add up to. */
export const AiWeekSchema = z.object({
  sessions: z.int(),
  cost_usd: z.number().nullable(),
  uncosted_sessions: z.int(),
  tokens: z.int().nullable(),
  people_accepted: z.int(),
  people_rejected: z.int(),
  automatic_decisions: z.int(),
  failed_sessions: z.int(),
});

// what the database answers ----------------------------------------------------------------------------------------------

/** The numbers of a digest, from the same SQL as the tiles. */
export const StoredContentSchema = z.object({
  email: emailField,
  organization: z.string(),
  time_zone: z.string(),
  week_start: dateField,
  report: z.object({
    tiles: z.array(z.object({
      ...tile,
      series: z.array(z.object({ date: dateField, value })),
    })),
  }),
  delivery: z.object({
    numbers: DoraNumbersSchema,
    previous: DoraNumbersSchema,
    causes: z.array(z.object({
      metric: z.enum(doraMetrics),
      repository: z.string(),
      reference: z.string().nullable(),
      title: z.string().nullable(),
      value,
      previous: value,
    })),
  }).nullable().openapi({
    description: "Null without a deployment in the week or the one before.",
  }),
  ai: z.object({ week: AiWeekSchema, previous: AiWeekSchema }).nullable(),
});

const error = z.object({ email: emailField, error: z.string() });

/** A week whose digest an organization did not get. */
const missed = z.array(MissedWeekSchema);

export const BeginSchema = z.object({
  run_id: idField,
  week_start: dateField,
  time_zone: z.string(),
  skipped: z.int(),
  errors: z.array(error),
  missed,
});

export const ClaimSchema = z.object({
  claimed: z.array(z.object({
    id: idField,
    user_id: idField,
    email: emailField,
    week_start: dateField,
    attempts: z.int(),
    in_doubt: z.object({ to: z.string(), subject: z.string(), since: z.string() }).nullable(),
    content: StoredContentSchema.nullable(),
  })),
  failed: z.array(error),
  skipped: z.int(),
});

/** A mail as it is kept before it is sent; null when another run holds the digest by now. */
export const PreparedSchema = z.object({
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  envelope: z.object({
    from: z.string(),
    to: z.string(),
    headers: z.record(z.string(), z.string()),
  }),
  renewal: z.int(),
}).nullable();

export const EndSchema = z.object({
  status: z.enum(["ok", "partial"]),
  pending: z.int(),
  remaining: z.int(),
});

// POST /digest/weekly ----------------------------------------------------------------------------------------------------

const week = DateSchema.optional().openapi({
  description:
    "Any day of the wanted week, which must be over. Default: the last Monday–Sunday that is over where the organization is.",
});

export const WeeklyQuery = z.object({
  email: EmailSchema.optional().openapi({
    param: { name: "email", in: "query" },
    description: "One person; short for a body with scope `email`.",
  }),
});

export const WeeklyBody = z.strictObject({
  scope: z.enum(["all", "email", "due"]).optional().openapi({
    description:
      "`all`: everybody, `email`: one person, `due`: what the schedule says is due or has to be tried again.",
  }),
  email: EmailSchema.optional(),
  week,
}).superRefine(({ scope, email, week }, context) => {
  if (scope === "email" && email === undefined) {
    context.addIssue({ code: "custom", path: ["email"], message: "is required by scope email" });
  }
  if ((scope === "all" || scope === "due") && email !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["email"],
      message: `does not go with scope ${scope}`,
    });
  }
  if (scope === "due" && week !== undefined) {
    context.addIssue({ code: "custom", path: ["week"], message: "does not go with scope due" });
  }
}).openapi("WeeklyDigestRequest", { example: { scope: "email", email: "demo@livinglytics.test" } });

export const WeeklySchema = z.object({
  status: z.enum(["ok", "partial"]).openapi({
    description: "`partial`: something failed, or is still pending and will be tried again.",
  }),
  period: PeriodSchema,
  sent: z.int(),
  stored: z.int().openapi({ description: "Finished without a mail: no mail provider is set up." }),
  skipped: z.int().openapi({ description: "Had this digest already, or do not want one." }),
  pending: z.int().openapi({
    description: "Left to do: another call is at it, or it is tried again.",
  }),
  remaining: z.int().openapi({
    description:
      "Of the pending, those there was no time for in the minute a call has: call again.",
  }),
  errors: z.array(error).openapi({
    description:
      "What failed. Asked for by the schedule, also what failed or expired in the last seven days.",
  }),
  missed: missed.openapi({
    description:
      "Weeks that no digest was sent of because nothing asked until it was six days late; each is named by one run.",
  }),
  run_id: idField,
}).openapi("WeeklyDigestResult", {
  example: {
    status: "ok",
    period: {
      start: "2026-11-09",
      end: "2026-11-15",
      days: 7,
      time_zone: "America/Los_Angeles",
      complete: true,
    },
    sent: 1,
    stored: 0,
    skipped: 0,
    pending: 0,
    remaining: 0,
    errors: [],
    missed: [],
    run_id: "0b7a3a52-0f8f-4a7c-9d51-3f6f2f6f6c11",
  },
});

// GET /digest/preview ----------------------------------------------------------------------------------------------------

export const PreviewQuery = z.object({
  email: EmailQuery,
  week: week.openapi({ param: { name: "week", in: "query" } }),
  format: z.enum(["json", "text", "html"]).default("json"),
});

export const ReportSchema = z.object({
  organization: z.string(),
  period: PeriodSchema,
  metrics: z.array(TileMetricSchema).openapi({ description: "The four totals of the week." }),
  totals: z.array(z.object({
    ...tile,
    change_pct: value.openapi({ description: "Against the week before, in %." }),
    change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
  })),
  days: z.array(z.object({
    date: dateField,
    weekday: z.string(),
    sessions: value,
    conversions: value,
    ig_reach: value,
    engagement: value,
  })),
  best_day: z.object({
    date: dateField,
    weekday: z.string(),
    conversions: z.number(),
    sessions: value,
  }).nullable().openapi({
    description: "Most conversions, ties by sessions, then the earlier day.",
  }),
  best_day_reason: z.enum(["no_conversions"]).nullable(),
  findings: z.array(z.object({
    kind: z.enum([
      "quiet",
      "change",
      "new",
      "conversion_rate",
      "standout_day",
      "steady",
      "no_data",
    ]),
    metric: tile.key.nullable(),
    tone: z.enum(["good", "bad", "neutral"]),
    value: z.number(),
    unit: z.string(),
    text: z.string(),
  })).max(5),
  delivery: z.object({
    metrics: z.array(z.object({
      key: z.enum(doraMetrics),
      metric: z.enum(doraMetrics).openapi({ description: "The same as `key`.", deprecated: true }),
      label: z.string(),
      unit: z.string(),
      direction: tile.direction,
      definition: z.string(),
      value,
      n: z.int(),
      null_reason: z.enum(doraNullReasons).nullable(),
      no_data: z.enum(doraNullReasons).nullable().openapi({
        description: "The same as `null_reason`.",
        deprecated: true,
      }),
      previous: value,
      change: ChangeSchema,
      change_pct: value.openapi({ description: "Against the week before; null for rates." }),
      change_points: value.openapi({ description: "Percentage points, for rates." }),
      change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
    })),
    worst: z.object({
      metric: z.enum(doraMetrics),
      text: z.string(),
      causes: z.array(z.string()),
    }).nullable().openapi({ description: "What got worse by most, and the rows that made it so." }),
  }).nullable().openapi({
    description: "Null without a deployment in the week or the one before.",
  }),
  ai: z.object({
    figures: z.array(z.object({
      key: z.enum(["cost_usd", "sessions", "acceptance_rate"]),
      label: z.string(),
      unit: z.string(),
      direction: tile.direction,
      definition: z.string(),
      value,
      n: z.int().openapi({ description: "Sessions; decisions, for the acceptance rate." }),
      null_reason: z.enum(["no_sessions", "no_cost", "no_decisions"]).nullable(),
      previous: value,
      change: ChangeSchema,
      change_pct: value.openapi({ description: "Against the week before; null for rates." }),
      change_points: value.openapi({ description: "Percentage points, for rates." }),
      change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
    })),
    biggest_change: z.string().nullable(),
    uncosted_sessions: z.int().openapi({ description: "Sessions of which no cost is known." }),
  }).nullable().openapi({
    description: "Null without an AI session in the week or the one before.",
  }),
  definitions: z.array(z.string()),
});

export const PreviewSchema = ReportSchema.extend({ subject: z.string() }).openapi("DigestPreview");
