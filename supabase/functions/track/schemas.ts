import { z } from "@hono/zod-openapi";
import { parseApiKey } from "../_shared/http/api_key.ts";
import { intakeFields, RejectedSchema } from "../_shared/http/answers.ts";
import { jsonObject, name, text } from "../_shared/http/schemas.ts";
import { maxIdLength, maxNameLength, maxProperties } from "./event.ts";
import { segmentCalls } from "./formats/segment.ts";
import { genders } from "./types.ts";

/** The most events of one request. */
export const maxBatchSize = 5000;

const OrgId = z.uuid("is not an organization's id").optional().openapi({
  description:
    "The organization; required for the service. A key has its own, a person their home.",
});
/** A key of ours, where a client names it in a path or a query: one with a slip of the pen is told apart without asking anybody. */
export const writeKey = z.string("is missing")
  .refine((key) => parseApiKey(key) !== null, "is not a key of ours");

const keyInBody = z.unknown().openapi({
  type: "string",
  description:
    "A key of the organization, for callers that cannot send headers, as `navigator.sendBeacon`.",
}).optional();
const id = text(maxIdLength).min(1, "is empty");
const traits = jsonObject().optional();

/** What the OpenAPI document says of an event. Events are judged by hand, in event.ts: a schema is too slow for thousands. */
export const TrackEvent = z.strictObject({
  event: name(maxNameLength).optional().openapi({
    description: "What happened. Required, by this name or the one of before.",
    example: "export_clicked",
  }),
  feature_name: name(maxNameLength).optional().openapi({
    description: "The name of before for `event`.",
    deprecated: true,
  }),
  event_id: id.optional().openapi({
    description:
      "What makes sending again safe: an event is identified by organization, event_id and occurred_at. Without it each " +
      "request is a new event, unless it has an `Idempotency-Key`. Identities are kept for 40 days.",
  }),
  occurred_at: z.iso.datetime({ offset: true }).optional().openapi({
    description:
      "When it happened; without it, on arrival. More than 24 hours ahead, or unreadable, is taken for now and flagged. " +
      "Looser forms of the time and numbers since 1970 are read too.",
    example: "2026-11-16T09:30:00Z",
  }),
  user_id: id.optional().openapi({
    description: "Who did it. A signed-in person is it themselves.",
  }),
  anonymous_id: id.optional().openapi({ description: "Who did it, before they are known." }),
  properties: z.record(z.string(), z.unknown()).optional().openapi({
    description: `Up to ${maxProperties}, of any JSON; the event up to 32 KiB.`,
    example: { plan: "free" },
  }),
}).openapi("TrackEvent");

/** What is checked of a single event before it is judged by hand. */
export const TrackBody = z.looseObject({ org_id: OrgId, writeKey: keyInBody }).openapi({
  allOf: [{ $ref: "#/components/schemas/TrackEvent" }],
});

const sentAt = z.unknown().openapi({
  type: "string",
  format: "date-time",
  description:
    "The client's clock when it sent the batch: the events' times are corrected by what it is off.",
});

export const TrackBatch = z.looseObject({
  batch: z.array(z.unknown()).min(1, "is empty")
    .max(maxBatchSize, `has more than ${maxBatchSize} events`)
    .openapi({ items: { $ref: "#/components/schemas/TrackEvent" } }),
  sent_at: sentAt.optional(),
  sentAt: sentAt.optional(),
  org_id: OrgId,
  writeKey: keyInBody,
}).openapi("TrackBatch");

const trackFields = {
  ...intakeFields,
  not_joined: z.array(RejectedSchema).openapi({
    description:
      "What was accepted but for an id that joins nobody: a placeholder (`placeholder_id`), one that is known to be " +
      "somebody else's (`id_taken`), or the same as the user id (`same_id`).",
  }),
};

export const TrackResult = z.object({
  success: z.boolean(),
  message: z.string().openapi({ example: "Event 'export_clicked' tracked successfully" }),
  ...trackFields,
}).openapi("TrackResult");

export const TrackBatchResult = z.object({
  success: z.boolean(),
  ...trackFields,
}).openapi("TrackBatchResult", {
  example: {
    success: true,
    accepted: 2,
    duplicates: 0,
    not_joined: [],
    rejected: [{ index: 2, code: "name_missing", message: "feature_name: is missing" }],
  },
});

const saidAt = z.unknown().openapi({
  type: "string",
  format: "date-time",
  description:
    "When it was so; without it, on arrival. Of two words about one trait that of the later time holds, whichever comes first.",
}).optional();

export const IdentifyBody = z.strictObject({
  org_id: OrgId,
  writeKey: keyInBody,
  user_id: id.optional(),
  anonymous_id: id.optional().openapi({ description: "The same person before they were known." }),
  traits,
  age: z.int().min(0).max(150).nullable().optional(),
  gender: z.enum(genders).optional(),
  occurred_at: saidAt,
}).openapi("IdentifyPerson");

export const AliasBody = z.strictObject({
  org_id: OrgId,
  writeKey: keyInBody,
  previous_id: id,
  user_id: id.optional(),
}).openapi("AliasPerson");

export const GroupBody = z.strictObject({
  org_id: OrgId,
  writeKey: keyInBody,
  user_id: id.optional(),
  anonymous_id: id.optional(),
  group_id: id,
  traits,
  occurred_at: saidAt,
}).openapi("GroupPerson");

export const ChangeResult = z.object({ success: z.boolean(), ...trackFields }).openapi(
  "PersonChanged",
);

export const SegmentCall = z.object({
  call: z.enum(Object.keys(segmentCalls) as (keyof typeof segmentCalls)[]).openapi({
    param: { name: "call", in: "path" },
    example: "batch",
  }),
});

/** What is checked of a message of Segment's API before it is judged by hand. */
export const SegmentBody = z.looseObject({
  batch: z.array(z.unknown()).max(maxBatchSize, `has more than ${maxBatchSize} events`).optional(),
  org_id: OrgId,
}).openapi("SegmentMessages", {
  description: "A message, or `{batch: [messages], sentAt}`, as Segment's libraries send them.",
});
