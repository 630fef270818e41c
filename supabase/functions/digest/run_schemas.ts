import { z } from "@hono/zod-openapi";
import { listSchema } from "../_shared/http/answers.ts";
import { dateField, idField, timeField } from "../_shared/http/fields.ts";

const RunSchema = z.object({
  id: idField,
  trigger: z.enum(["service", "cron"]),
  scope: z.enum(["all", "email", "due"]),
  week_start: dateField.nullable(),
  status: z.enum(["running", "ok", "partial", "aborted"]),
  sent: z.int(),
  stored: z.int(),
  skipped: z.int(),
  failed: z.int(),
  pending: z.int(),
  started_at: timeField,
  finished_at: timeField.nullable(),
  missed: z.int().openapi({ description: "Weeks it named that no digest was sent of." }),
}).openapi("DigestRun");

export const RunsSchema = listSchema(RunSchema).openapi("DigestRuns");

export const StoredRunsSchema = z.object({ total_count: z.int(), runs: z.array(RunSchema) });

/** Resend's delivery events; fields we do not read may be anything. */
export const EventBody = z.looseObject({
  type: z.string().min(1).max(100).regex(/^[a-z0-9_.]+$/i, "is not the name of an event"),
  created_at: z.string().max(60).optional(),
  data: z.looseObject({
    email_id: z.string().regex(/^[\w-]{1,200}$/, "is not an id").optional(),
    tags: z.union([z.record(z.string(), z.string()), z.array(z.unknown())]).optional(),
    bounce: z.looseObject({ type: z.string().optional() }).optional(),
  }).optional(),
}).openapi("DeliveryEvent", {
  example: {
    type: "email.delivered",
    created_at: "2026-11-16T16:00:04.000Z",
    data: { email_id: "56761188-7520-42d8-8898-ff6fc54ce618" },
  },
});

export const EventSchema = z.object({ received: z.literal(true), duplicate: z.boolean() })
  .openapi("DeliveryEventReceipt");

export const StoredEventSchema = z.object({ duplicate: z.boolean() });
