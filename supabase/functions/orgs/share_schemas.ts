import { z } from "@hono/zod-openapi";
import { listSchema } from "../_shared/http/answers.ts";
import { idField, timeField } from "../_shared/http/fields.ts";
import { name, text } from "../_shared/http/schemas.ts";
import { OrganizationPath } from "./schemas.ts";

const exampleId = "0b6f6a7e-52c8-4a7e-9f0e-3f4f0a8f5b11";

/** A share link in a path. */
export const SharePath = OrganizationPath.extend({
  share_id: z.guid("is not a UUID")
    .openapi({
      param: { name: "share_id", in: "path" },
      description: "The share link.",
      example: exampleId,
    }),
});

export const tabs = [
  "overview",
  "events",
  "retention",
  "funnel",
  "paths",
  "delivery",
  "ai",
] as const;

const TabSchema = z.enum(tabs, `is none of ${tabs.join(", ")}`);
const day = z.iso.date("is not a date as in 2026-11-16");

const ViewSchema = z.array(TabSchema).min(1, "is empty").max(tabs.length, "names a tab twice")
  .refine((view) => new Set(view).size === view.length, "names a tab twice")
  .openapi({ description: "The tabs that it shows, in their order." });

const RangeSchema = z.strictObject({ start: day, end: day })
  .refine(({ start, end }) => start <= end, { path: ["end"], error: "is before the start" })
  .openapi({ description: "Days that stand still, both included." });

const CompareSchema = z.enum(["none", "previous", "year"], "is none of none, previous, year")
  .openapi({
    description: "What its readers may compare with, which shows those days' numbers too.",
  });

export const NewShareBody = z.strictObject({
  name: name(100).openapi({ description: "What it is for; its readers see it." }),
  view: ViewSchema,
  range: RangeSchema.optional(),
  rolling: z.int().min(1).max(366).optional().openapi({
    description: "Instead of a range: so many days, the last of them yesterday.",
  }),
  compare: CompareSchema.default("none"),
  expires_at: z.iso.datetime({ offset: true, error: "is not an RFC 3339 time" }),
  password: text(200).min(8, "is shorter than 8 characters").optional(),
}).refine((share) => (share.range === undefined) !== (share.rolling === undefined), {
  path: ["rolling"],
  error: "is required unless range is named, and does not go with it",
}).openapi("NewShareLink", {
  example: {
    name: "The board",
    view: ["overview", "delivery"],
    rolling: 28,
    compare: "previous",
    expires_at: "2027-01-31T00:00:00Z",
  },
});

const shown = {
  name: z.string(),
  view: z.array(TabSchema),
  range: z.object({ start: z.string(), end: z.string() }).nullable(),
  rolling: z.int().nullable(),
  compare: CompareSchema,
};

export const ShareSchema = z.object({
  id: idField,
  org_id: idField,
  ...shown,
  has_password: z.boolean(),
  created_by: idField.nullable().openapi({
    description: "The person; null when a key or the service made it, which the audit log tells.",
  }),
  created_at: timeField,
  expires_at: timeField,
  opens: z.int().openapi({ description: "How often it was opened." }),
  last_opened_at: timeField.nullable(),
  status: z.enum(["active", "revoked", "expired"]),
}).openapi("ShareLink", {
  example: {
    id: exampleId,
    org_id: "00000000-0000-4000-8000-0000000000a1",
    name: "The board",
    view: ["overview", "delivery"],
    range: null,
    rolling: 28,
    compare: "previous",
    has_password: false,
    created_by: "00000000-0000-4000-8000-000000000003",
    created_at: "2026-11-16T16:00:00Z",
    expires_at: "2027-01-31T00:00:00Z",
    opens: 0,
    last_opened_at: null,
    status: "active",
  },
});

export const CreatedShareSchema = ShareSchema.extend({
  secret: z.string().openapi({
    description: "What opens it, with its id. It is shown this once.",
  }),
  link: z.string().nullable().openapi({
    description:
      "The link to hand over, where `APP_URL` is set. The secret is in its fragment, which browsers send to no server.",
  }),
}).openapi("CreatedShareLink");

export const StoredSharesSchema = z.object({ total_count: z.int(), shares: z.array(ShareSchema) });
export const SharesSchema = listSchema(ShareSchema).openapi("ShareLinks");

export const OpenShareBody = z.strictObject({
  id: z.guid("is not the id of a link"),
  secret: z.string().regex(/^[\w-]{43}$/, "is not the secret of a link"),
  password: text(200).optional(),
}).openapi("OpenShareLink", {
  example: { id: exampleId, secret: "3q2-7wABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0" },
});

/** What opening a link answers, but for the credential. */
export const StoredOpenedShareSchema = z.object({
  ...shown,
  organization: z.object({
    id: idField,
    name: z.string(),
    time_zone: z.string(),
    min_group_size: z.int(),
  }),
  expires_at: timeField.openapi({ description: "When the credential ends." }),
});

export const OpenedShareSchema = StoredOpenedShareSchema.extend({
  access_token: z.string().openapi({
    description: "Reads, as a bearer token, what the link shows: eight hours at most.",
  }),
}).openapi("OpenedShareLink");
