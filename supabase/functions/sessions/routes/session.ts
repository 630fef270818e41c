import { createRoute, z } from "@hono/zod-openapi";
import { timeField } from "../../_shared/http/fields.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { readers, readProblems } from "../access.ts";
import { shown } from "../shown.ts";
import {
  BaselineSchema,
  costOutlierFields,
  OrgQuery,
  PriceSchema,
  sessionFields,
  storedSessionFields,
  tokenFields,
} from "../schemas.ts";

const Method = z.enum(["exact", "scored"]).openapi({
  description: "By a commit or number that the session names, or by what else is known of both.",
});

const detail = {
  ...sessionFields,
  calls: z.array(z.object({
    id: z.string(),
    timestamp: timeField,
    provider: z.string().nullable(),
    model: z.string().nullable(),
    ...tokenFields,
    cache_write_1h_tokens: z.int().nullable().openapi({
      description: "Those of `cache_write_tokens` that were written for an hour.",
    }),
    reasoning_tokens: z.int().nullable().openapi({ description: "Part of `output_tokens`." }),
    service_tier: z.string().nullable(),
    cost_usd: z.number().nullable(),
    cost_source: z.enum(["reported", "estimated"]).nullable(),
    cost_is_guess: z.boolean().openapi({
      description: "Whether the source can only have guessed it.",
    }),
    estimated_cost_usd: z.number().nullable().openapi({
      description: "Beside a guess: what the price table says.",
    }),
    input_audio_tokens: z.int().nullable(),
    input_image_tokens: z.int().nullable(),
    input_video_tokens: z.int().nullable(),
    ttft_ms: z.int().nullable().openapi({ description: "Until the first token came." }),
    latency_ms: z.int().nullable(),
    status: z.int().nullable(),
    error: z.string().nullable(),
    price: PriceSchema.nullable().openapi({
      description: "What an estimated cost was computed with.",
    }),
  })).openapi({ description: "The first 500." }),
  calls_count: z.int(),
  edits: z.array(z.object({
    id: z.string(),
    timestamp: timeField,
    tool: z.string().nullable(),
    decision: z.enum(["accept", "reject"]).nullable(),
    lines_added: z.int().nullable(),
    lines_removed: z.int().nullable(),
    language: z.string().nullable(),
    succeeded: z.boolean().nullable(),
    automatic: z.boolean(),
  })).openapi({ description: "The first 500." }),
  edits_count: z.int(),
  counters: z.array(z.object({
    name: z.string(),
    attributes: z.record(z.string(), z.string()),
    value: z.number(),
  })),
  commits: z.array(z.object({ sha: z.string(), method: Method, confidence: z.number() })),
  pull_requests: z.array(z.object({
    repository: z.string(),
    number: z.string(),
    title: z.string(),
    state: z.enum(["open", "closed", "merged"]),
    merged_at: timeField.nullable(),
    method: Method,
    confidence: z.number().openapi({ description: "1 is certain; a scored one has 0.5 to 0.95." }),
  })),
};
const SessionSchema = z.object({ ...detail, ...costOutlierFields }).openapi("AiSession");
const StoredSchema = z.object({
  ...detail,
  ...storedSessionFields,
  calls: detail.calls,
  baseline: BaselineSchema,
})
  .omit({ avg_latency_ms: true });

const get = createRoute({
  method: "get",
  path: "/{id}",
  operationId: "getSession",
  tags: ["sessions"],
  summary: "A session with its calls, edits, commits and pull requests",
  description:
    "A pull request is linked exactly by the commits or the number that the session names. Otherwise the one of the same repository that fits " +
    "best is linked, if it scores 0.5 or more: 0.45 for the branch, 0.35 for the author (0.2 if only what is before the @ agrees), 0.15 " +
    "for a time from a day before its first commit on (0.05 before that). Nothing links to what is on another branch or was closed before.",
  ...readers,
  request: {
    params: z.object({
      id: z.guid("is not a session's id").openapi({
        param: { name: "id", in: "path" },
        description: "The session.",
      }),
    }),
    query: z.object(OrgQuery),
  },
  responses: { 200: json(SessionSchema, "The session"), ...readProblems },
});

/** `GET /sessions/{id}` */
export function getSession(app: App): void {
  app.openapi(get, async (c) => {
    const args = { p_org_id: orNull(c.req.valid("query").org_id), p_id: c.req.valid("param").id };
    const { baseline, ...session } = await rpc(callerDb(c), "ai_session", args, StoredSchema);
    return c.json(checked(SessionSchema, shown(session, baseline)), 200);
  });
}
