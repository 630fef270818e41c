import { z } from "@hono/zod-openapi";
import { dateField, idField, timeField } from "../http/fields.ts";

/** A week whose digest nobody in an organization was sent, because nothing asked for it in time. */
export const MissedWeekSchema = z.object({
  org_id: idField,
  organization: z.string(),
  week_start: dateField,
  due_at: timeField,
}).openapi("MissedWeek", {
  example: {
    org_id: "00000000-0000-4000-8000-0000000000a1",
    organization: "Ada's shop",
    week_start: "2026-10-19",
    due_at: "2026-10-26T15:00:00Z",
  },
});
