import { z } from "@hono/zod-openapi";
import { dateField, emailField, idField, timeField } from "../_shared/http/fields.ts";
import { listSchema } from "../_shared/http/answers.ts";
import { EmailSchema, name } from "../_shared/http/schemas.ts";

const exampleId = "00000000-0000-4000-8000-0000000000a1";
const exampleUserId = "00000000-0000-4000-8000-000000000001";

/** The organization in a path. */
export const OrganizationPath = z.object({
  id: z.guid("is not a UUID").openapi({
    param: { name: "id", in: "path" },
    description: "The organization.",
    example: exampleId,
  }),
});

/** A member in a path. */
export const MemberPath = OrganizationPath.extend({
  user_id: z.guid("is not a UUID")
    .openapi({ param: { name: "user_id", in: "path" }, example: exampleUserId }),
});

export const RoleSchema = z.enum(
  ["owner", "admin", "member", "viewer"],
  "is none of owner, admin, member, viewer",
).openapi("Role", {
  description: "owner and admin manage, member reads and writes data, viewer reads.",
});

// organizations

const organizationName = name(200).openapi({ example: "Demo Company" });
const timeZone = name(60).openapi({
  description: "An IANA time zone: the organization's days and weeks are those.",
  example: "Europe/Berlin",
});

export const NewOrganizationBody = z.strictObject({
  name: organizationName,
  time_zone: timeZone.optional(),
}).openapi("NewOrganization");

export const OrganizationChanges = z.strictObject({
  name: organizationName.optional(),
  time_zone: timeZone.optional(),
  digest_hour: z.int().min(0).max(23).optional().openapi({
    description: "The local hour at which the weekly digest is due.",
  }),
  min_group_size: z.int().min(1).max(1000).optional().openapi({
    description: "Groups of fewer persons are hidden in breakdowns.",
  }),
  individual_metrics: z.boolean().optional().openapi({
    description: "Whether activity at GitHub is shown by person; by team otherwise.",
  }),
  failure_window_hours: z.int().min(0).max(720).optional().openapi({
    description: "How long a deployment is watched before it counts as one that has not failed.",
  }),
  production_environments: z.array(name(100)).min(1).max(20).nullable().optional().openapi({
    description:
      "The names of environments that are production, `*` standing for anything. Null is for the usual ones: `prod`, `live`, `production-eu` and the like, never `nonprod` or `preprod`.",
    example: ["live-*", "prod"],
  }),
  public_reads: z.boolean().optional().openapi({
    description: "Whether anybody may read the dashboards by the public id.",
  }),
}).refine((changes) => Object.keys(changes).length > 0, {
  error: "names nothing to change",
  when: ({ issues }) => issues.length === 0,
}).openapi("OrganizationChanges", { example: { digest_hour: 7, public_reads: true } });

export const OrganizationSchema = z.object({
  id: idField,
  name: z.string(),
  time_zone: z.string(),
  digest_hour: z.int(),
  min_group_size: z.int(),
  individual_metrics: z.boolean(),
  failure_window_hours: z.int(),
  production_environments: z.array(z.string()).nullable(),
  public_reads: z.boolean(),
  public_id: z.string().openapi({ description: "Names the organization where reads are public." }),
  created_at: timeField,
  role: RoleSchema.nullable().openapi({
    description: "The caller's; null for keys and the service.",
  }),
  member_count: z.int(),
}).openapi("Organization", {
  example: {
    id: exampleId,
    name: "Demo Company",
    time_zone: "America/Los_Angeles",
    digest_hour: 8,
    min_group_size: 1,
    individual_metrics: false,
    failure_window_hours: 24,
    production_environments: null,
    public_reads: false,
    public_id: "pub_4d7e0c1b2a3f4e5d8c9b0a1f2e3d4c5b",
    created_at: "2026-11-16T16:00:00Z",
    role: "owner",
    member_count: 3,
  },
});

export const StoredOrganizationsSchema = z.object({
  total_count: z.int(),
  organizations: z.array(OrganizationSchema),
});

export const OrganizationsSchema = listSchema(OrganizationSchema).openapi("Organizations");

// members

export const MemberSchema = z.object({
  user_id: idField,
  email: emailField,
  username: z.string().nullable(),
  role: RoleSchema,
  since: timeField,
  signed_up: z.boolean(),
}).openapi("Member", {
  example: {
    user_id: exampleUserId,
    email: "demo@livinglytics.test",
    username: "demo",
    role: "member",
    since: "2026-11-16T16:00:00Z",
    signed_up: true,
  },
});

export const StoredMembersSchema = z.object({
  total_count: z.int(),
  members: z.array(MemberSchema),
});
export const MembersSchema = listSchema(MemberSchema).openapi("Members");

export const RoleBody = z.strictObject({ role: RoleSchema })
  .openapi("RoleChange", { example: { role: "admin" } });

export const TransferBody = z.strictObject({ user_id: z.guid("is not a UUID") })
  .openapi("Transfer", { example: { user_id: exampleUserId } });

// invitations

/** An invitation in a path. */
export const InvitationPath = OrganizationPath.extend({
  invitation_id: z.guid("is not a UUID")
    .openapi({ param: { name: "invitation_id", in: "path" }, example: exampleId }),
});

export const InvitationBody = z.strictObject({ email: EmailSchema, role: RoleSchema })
  .openapi("NewInvitation", { example: { email: "ada@example.com", role: "member" } });

export const InvitationSchema = z.object({
  id: idField,
  org_id: idField,
  email: emailField,
  role: RoleSchema,
  created_at: timeField,
  expires_at: timeField,
  status: z.enum(["open", "accepted", "revoked", "expired"]),
}).openapi("Invitation", {
  example: {
    id: "5b7d3c52-7c44-4d0c-9f5f-0d8a3c1e2b4a",
    org_id: exampleId,
    email: "ada@example.com",
    role: "member",
    created_at: "2026-11-16T16:00:00Z",
    expires_at: "2026-11-23T16:00:00Z",
    status: "open",
  },
});

export const StoredInvitationSchema = InvitationSchema.extend({ organization: z.string() });

export const InvitedSchema = InvitationSchema.extend({
  delivery: z.enum(["sent", "not_configured"]).openapi({
    description:
      "`not_configured` where there is no mail provider, sender or dashboard: hand the link or the token over yourself.",
  }),
  link: z.string().optional().openapi({
    description: "Shown this once, and only if no mail carries it and `APP_URL` is set.",
  }),
  token: z.string().optional().openapi({
    description: "What `POST /orgs/invitations/accept` takes; shown as the link is.",
  }),
}).openapi("Invited");

export const StoredInvitationsSchema = z.object({
  total_count: z.int(),
  invitations: z.array(InvitationSchema),
});
export const InvitationsSchema = listSchema(InvitationSchema).openapi("Invitations");

export const AcceptBody = z.strictObject({
  token: z.string().regex(/^[\w-]{43}$/, "is not a token of an invitation"),
}).openapi("AcceptInvitation", {
  example: { token: "3q2-7wABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij0" },
});

// retention

const keptDays = (least: number, what: string) =>
  z.int().min(least).max(3660).nullable()
    .openapi({ description: `${what} Null: for good. At least ${least}.` });

const retentionFields = {
  events_days: keptDays(1, "Events of people using a product."),
  ai_days: keptDays(30, "Sessions with models, with their calls and edits."),
  delivery_days: keptDays(30, "Deployments, incidents, pull requests, commits."),
  metrics_days: keptDays(30, "Posted numbers."),
  logs_days: keptDays(7, "Runs of jobs and dead letters."),
  audit_days: keptDays(365, "The audit log."),
};

export const RetentionBody = z.strictObject(retentionFields).partial().refine(
  (days) => Object.keys(days).length > 0,
  { error: "names nothing to change", when: ({ issues }) => issues.length === 0 },
).openapi("DataRetentionChanges", { example: { events_days: 365, ai_days: null } });

const since = dateField.nullable();

export const RetentionSchema = z.object({
  org_id: idField,
  ...retentionFields,
  rows_since: z.object({
    events: since,
    ai: since,
    delivery: since,
    metrics: since,
    logs: since,
    audit: since,
  }).openapi({
    description: "The first day of which all rows are there; null where none was ever removed.",
  }),
}).openapi("DataRetention", {
  example: {
    org_id: exampleId,
    events_days: 730,
    ai_days: null,
    delivery_days: null,
    metrics_days: null,
    logs_days: 90,
    audit_days: null,
    rows_since: {
      events: "2024-11-20",
      ai: null,
      delivery: null,
      metrics: null,
      logs: "2026-08-22",
      audit: null,
    },
  },
});

// audit

export const AuditEntrySchema = z.object({
  id: z.int(),
  at: timeField,
  actor_kind: z.enum(["user", "service", "key", "system"]),
  actor_id: z.string().nullable(),
  action: z.string(),
  object_type: z.string(),
  object_id: z.string().nullable(),
  ip: z.string().nullable(),
  peer: z.string().nullable().openapi({
    description: "Who called the data API: a function, unless a person did so without one.",
  }),
  request_id: z.string().nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
}).openapi("AuditEntry");

export const StoredAuditSchema = z.object({
  total_count: z.int(),
  entries: z.array(AuditEntrySchema),
});
export const AuditSchema = listSchema(AuditEntrySchema).openapi("Audit");
