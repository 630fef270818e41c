import { z } from "@hono/zod-openapi";
import { timeField } from "../_shared/http/fields.ts";
import { listSchema } from "../_shared/http/answers.ts";
import { name } from "../_shared/http/schemas.ts";
import { originError } from "./origins.ts";
import { OrganizationPath } from "./schemas.ts";

/** A key in a path. */
export const KeyPath = OrganizationPath.extend({
  key_id: z.string().regex(/^[0-9A-Za-z]{12}$/, "is not the id of a key")
    .openapi({ param: { name: "key_id", in: "path" }, example: "4fKd0aZ2mQ8x" }),
});

const ScopeSchema = z.enum(["ingest", "read", "admin"], "is none of ingest, read, admin");

const OriginSchema = z.string().max(253, "is longer than 253 characters").trim()
  .transform((origin) => origin.toLowerCase().replace(/\/$/, ""))
  .superRefine((origin, context) => {
    const message = originError(origin);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

export const NewKeyBody = z.strictObject({
  name: name(100),
  scopes: z.array(ScopeSchema).min(1, "is empty").max(3, "names a scope twice")
    .refine((scopes) => new Set(scopes).size === scopes.length, "names a scope twice"),
  expires_at: z.iso.datetime({ offset: true, error: "is not an RFC 3339 time" }).optional(),
  publishable: z.boolean().optional().openapi({
    description:
      "Whether browsers may show it to the world: it can only ingest, and only from `allowed_origins`. It is if there are any.",
  }),
  allowed_origins: z.array(OriginSchema).min(1, "is empty").max(20, "has more than 20 origins")
    .optional().openapi({ type: "array", items: { type: "string" } }),
  source_name: name(100).optional().openapi({
    description: "The only source that the key may ingest for.",
  }),
}).superRefine((key, context) => {
  for (const [path, message] of keyErrors(key)) {
    context.addIssue({ code: "custom", path: [path], message });
  }
}).openapi("NewKey", {
  example: { name: "Nightly import", scopes: ["ingest"], source_name: "ga4" },
});

export const RotateBody = z.strictObject({
  overlap_hours: z.number().min(0).max(168).default(24).openapi({
    description: "How long the old key goes on working.",
  }),
}).openapi("RotateKey", { example: { overlap_hours: 24 } });

export const KeySchema = z.object({
  id: z.string(),
  prefix: z.string().openapi({ description: "How the key begins." }),
  name: z.string(),
  publishable: z.boolean(),
  scopes: z.array(ScopeSchema),
  source_name: z.string().nullable(),
  allowed_origins: z.array(z.string()),
  created_by: z.string().nullable().openapi({
    description: "The person; null when a key or the service made it, which the audit log tells.",
  }),
  created_at: timeField,
  expires_at: timeField.nullable(),
  last_used_at: timeField.nullable().openapi({ description: "To the hour." }),
  replaced_by: z.string().nullable().openapi({ description: "The key it was rotated to." }),
  status: z.enum(["active", "revoked", "expired"]),
}).openapi("Key", {
  example: {
    id: "4fKd0aZ2mQ8x",
    prefix: "ll_4fKd0aZ2mQ8x",
    name: "Nightly import",
    publishable: false,
    scopes: ["ingest"],
    source_name: "ga4",
    allowed_origins: [],
    created_by: "00000000-0000-4000-8000-000000000003",
    created_at: "2026-11-16T16:00:00Z",
    expires_at: null,
    last_used_at: null,
    replaced_by: null,
    status: "active",
  },
});

export const CreatedKeySchema = KeySchema.extend({
  key: z.string().openapi({ description: "The key itself. It is shown this once." }),
}).openapi("CreatedKey");

export const StoredKeysSchema = z.object({ total_count: z.int(), keys: z.array(KeySchema) });
export const KeysSchema = listSchema(KeySchema).openapi("Keys");

interface KeyRights {
  scopes: string[];
  publishable?: boolean | undefined;
  allowed_origins?: string[] | undefined;
  source_name?: string | undefined;
}

/** What does not go together, by field. */
function keyErrors(
  { scopes, publishable, allowed_origins: origins, source_name: source }: KeyRights,
): [string, string][] {
  const errors: [string, string][] = [];
  if (publishable && origins === undefined) {
    errors.push(["allowed_origins", "is required of a publishable key"]);
  }
  if (publishable === false && origins !== undefined) {
    errors.push(["allowed_origins", "is for publishable keys: a server sends no origin"]);
  }
  if ((publishable ?? origins !== undefined) && scopes.join() !== "ingest") {
    errors.push(["scopes", "can only be ingest in a publishable key"]);
  }
  if (source !== undefined && !scopes.includes("ingest")) {
    errors.push(["source_name", "is for keys that ingest"]);
  }
  return errors;
}
