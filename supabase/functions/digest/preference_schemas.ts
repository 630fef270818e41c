import { z } from "@hono/zod-openapi";
import { emailField, timeField } from "../_shared/http/fields.ts";
import { EmailQuery, EmailSchema } from "../_shared/http/schemas.ts";

export const PreferenceQuery = z.object({ email: EmailQuery });

export const PreferenceBody = z.strictObject({
  enabled: z.boolean(),
  email: EmailSchema.optional(),
}).openapi("DigestPreferenceChange", { example: { enabled: false } });

export const PreferenceSchema = z.object({
  email: emailField,
  enabled: z.boolean(),
  suppressed_reason: z.enum(["unsubscribed", "bounced", "complained"]).nullable().openapi({
    description: "Why it is off, when it was not switched off in the settings.",
  }),
  updated_at: timeField.nullable().openapi({ description: "Null: never changed." }),
  schedule: z.object({ weekday: z.int(), hour: z.int(), time_zone: z.string() }).openapi({
    description: "When it is due: ISO weekday (1 = Monday) and hour, local time.",
  }),
}).openapi("DigestPreference");

export const UnsubscribeQuery = z.object({
  token: z.string().min(1, "is empty").max(300, "is too long"),
  confirm: z.enum(["yes"]).optional().openapi({
    description: "Makes a GET unsubscribe, where the page with the button cannot be shown.",
  }),
});
