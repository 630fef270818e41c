import { z } from "@hono/zod-openapi";
import { isStorableJson } from "../database/storable.ts";
import { isRecord } from "../intake/kinds.ts";

// deno-lint-ignore no-control-regex -- refusing control characters is the point: PostgreSQL cannot store U+0000
const controlOrLoneSurrogate = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

/** Text that PostgreSQL can store and a person can read: no control characters, no lone surrogates. */
export function text(maxLength: number) {
  return z.string()
    .max(maxLength, `is longer than ${maxLength} characters`)
    .refine((value) => !controlOrLoneSurrogate.test(value), "has control characters");
}

/** An object of any JSON, whole: a record of zod's leaves out a member named `__proto__`. */
export function jsonObject() {
  return z.custom<Record<string, unknown>>(isRecord, "is not an object")
    .openapi({ type: "object", additionalProperties: true });
}

/** A trimmed, non-empty {@link text}. */
export function name(maxLength: number) {
  return text(maxLength).trim().min(1, "is empty");
}

/** An e-mail address, trimmed and in lower case. */
export const EmailSchema = text(254).trim().toLowerCase()
  .pipe(z.email("is not an e-mail address"))
  .openapi({ format: "email", example: "demo@livinglytics.test" });

/** The person a report is about; a signed-in user may leave it out and gets their own. */
export const EmailQuery = EmailSchema.optional().openapi({
  param: { name: "email", in: "query" },
  description: "Whose numbers. Required for the service; a signed-in user defaults to themselves.",
});

/** The organization a body is about, where the caller may belong to several or to none. */
export const OrganizationId = z.uuid("is not the id of an organization").optional().openapi({
  description: "Required for the service; a signed-in user defaults to their home organization.",
});

/** The same of a query. */
export const OrganizationQuery = OrganizationId.openapi({
  param: { name: "org_id", in: "query" },
});

/** Names an organization whose dashboards may be read without sign-in. */
export const PublicIdQuery = z.string().regex(/^pub_[0-9a-f]{32}$/, "is not a public id").optional()
  .openapi({
    param: { name: "public_id", in: "query" },
    description:
      "The public id of an organization with public dashboards, instead of a credential; all its people together.",
  });

/** Whose numbers a read of posted metrics adds up: an organization's, or one person's. */
export const readQuery = {
  org_id: OrganizationQuery.openapi({
    description: "The organization. A signed-in user defaults to their home organization.",
  }),
  email: EmailSchema.openapi({
    param: { name: "email", in: "query" },
    description:
      "One person's numbers alone. Without it those of everybody in the organization; the service names one of both.",
  }).optional(),
  public_id: PublicIdQuery,
};

/** Refuses a person of a public dashboard: it shows the organization, nobody in it. */
export function refuseEmailOfPublic(
  query: { email?: string | undefined; public_id?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (query.email !== undefined && query.public_id !== undefined) {
    context.addIssue({ code: "custom", path: ["email"], message: "does not go with public_id" });
  }
}

/** A JSON value of bounded depth and size, as it came: for `meta` and other data we only keep. */
export function boundedJson(maxDepth: number, maxLength: number) {
  return z.record(z.string(), z.unknown())
    .refine((value) => depthOf(value, maxDepth) <= maxDepth, `is nested deeper than ${maxDepth}`)
    .refine(
      (value) => JSON.stringify(value).length <= maxLength,
      `is larger than ${maxLength} characters`,
    )
    .refine(
      (value) => isStorableJson(JSON.stringify(value)),
      "has characters that cannot be stored",
    );
}

function depthOf(value: unknown, limit: number): number {
  if (limit < 0 || typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((child) => depthOf(child, limit - 1)));
}
