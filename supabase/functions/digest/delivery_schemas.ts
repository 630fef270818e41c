import { z } from "@hono/zod-openapi";
import { listSchema } from "../_shared/http/answers.ts";
import { dateField, emailField, idField, timeField } from "../_shared/http/fields.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { OrganizationQuery } from "../_shared/http/schemas.ts";

export const DeliveriesQuery = PageQuery.extend({ org_id: OrganizationQuery });

const DeliverySchema = z.object({
  id: idField,
  email: emailField,
  week_start: dateField.openapi({ description: "The Monday of its week." }),
  state: z.enum(["pending", "sending", "sent", "stored", "failed", "skipped", "expired"]).openapi({
    description:
      "`stored` had no mail provider, `skipped` was no longer wanted, `expired` was still failing when the next was due.",
  }),
  attempts: z.int(),
  subject: z.string().nullable(),
  error: z.string().nullable().openapi({ description: "Of what has not gone out." }),
  created_at: timeField,
  sent_at: timeField.nullable(),
  next_attempt_at: timeField.nullable(),
  reported: z.object({ type: z.string(), at: timeField }).nullable().openapi({
    description: "The last that the mail provider reported of it, as `email.delivered`.",
  }),
}).openapi("DigestDelivery");

export const DeliveriesSchema = listSchema(DeliverySchema).openapi("DigestDeliveries");

export const StoredDeliveriesSchema = z.object({
  total_count: z.int(),
  digests: z.array(DeliverySchema),
});
