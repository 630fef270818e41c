import { z } from "@hono/zod-openapi";
import { dateField, idField, timeField } from "../_shared/http/fields.ts";
import { comparedFields, intakeFields, metricFields } from "../_shared/http/answers.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { endParam, sinceParam, startParam, wholeNumberOr } from "../_shared/http/range.ts";
import { maxListed } from "./store.ts";
import { useNullReasons } from "./use_metrics.ts";

export const OrgQuery = {
  org_id: z.uuid("is not an organization's id").optional().openapi({
    param: { name: "org_id", in: "query" },
    description:
      "The organization; required for the service. A key has its own, a person their home.",
  }),
};

/** The range of a read of what was used and paid: the last 30 days without one. */
export const lastDays = {
  start: startParam(),
  end: endParam(),
  since: sinceParam("Without any of the three, 30."),
};

/** Pages of lists that were answered whole before there were pages: as many rows as those had. */
export const LongPageQuery = PageQuery.extend({
  page_size: wholeNumberOr(1000, "", 1, 1000).openapi({
    param: { name: "page_size", in: "query" },
    description: "How many a page has.",
  }),
});

export const IngestResult = z.object({
  success: z.boolean(),
  received: z.int().openapi({ description: "Records that were in the body." }),
  stored: z.int().openapi({ description: "The same as `accepted`." }),
  sessions: z.int().openapi({ description: "Sessions they belong to." }),
  rejected_count: z.int(),
  ...intakeFields,
  rejected: intakeFields.rejected.openapi({
    description:
      `What was not taken, and why: the first ${maxListed}; all of them are in the dead letters.`,
  }),
}).openapi("SessionsIngested", {
  example: {
    success: true,
    received: 3,
    accepted: 2,
    duplicates: 0,
    stored: 2,
    sessions: 1,
    rejected_count: 1,
    rejected: [{ index: 2, code: "missing_field", message: "timestamp: is missing" }],
  },
});

/** More than this no number of a record is taken for. */
const most = 1e15;
const count = z.int().min(0).max(most);
const amount = z.number().min(0).max(most);

/** What the OpenAPI document says of a record. Records are judged by hand, in native.ts and litellm.ts: a schema is too slow for 100,000. */
export const SessionRecord = z.looseObject({
  id: z.string().optional().openapi({
    description: "What makes sending again safe; without it, what the record says is its identity.",
  }),
  session_id: z.string().optional().openapi({
    description: "Joins calls to a session; without it the call is one.",
  }),
  developer_id: z.string().optional().openapi({
    description: "The login or address that their commits carry.",
  }),
  timestamp: timeField.openapi({ example: "2026-11-16T09:30:00Z" }),
  model: z.string().optional(),
  provider: z.string().optional(),
  repository: z.string().optional().openapi({
    description: "owner/name, or a URL that Git clones.",
  }),
  branch: z.string().optional(),
  prompt_tokens: count.optional().openapi({
    description: "With those of the cache, as OpenAI counts.",
  }),
  input_tokens: count.optional().openapi({
    description: "Without those of the cache, as Anthropic counts; goes before `prompt_tokens`.",
  }),
  completion_tokens: count.optional(),
  output_tokens: count.optional().openapi({
    description: "Another name of `completion_tokens`.",
  }),
  cache_read_tokens: count.optional(),
  cache_write_tokens: count.optional(),
  cache_write_1h_tokens: count.optional().openapi({
    description: "Those of `cache_write_tokens` that were written for an hour.",
  }),
  usage: z.looseObject({}).optional().openapi({
    description:
      "The usage object of a seller in place of the counts: Anthropic's, OpenAI's (chat or Responses), Gemini's `usageMetadata`, Bedrock's.",
  }),
  service_tier: z.string().optional().openapi({
    description: "What it was sold as: batch, flex, priority, fast; otherwise the standard.",
  }),
  response_id: z.string().optional().openapi({
    description:
      "The seller's id of the response: joins what a span, a log and a gateway say of one call.",
  }),
  cost_usd: amount.optional().openapi({
    description: "Or `response_cost`; without it, the price table's.",
  }),
  latency_ms: amount.optional(),
  ttft_ms: amount.optional().openapi({
    description: "Until the first token came, in milliseconds.",
  }),
  input_audio_tokens: count.optional().openapi({
    description: "Of the prompt's tokens those that were heard; `input_image_tokens` were seen.",
  }),
  input_image_tokens: count.optional(),
  status: z.union([z.int().min(0).max(most), z.string()]).optional().openapi({
    description: "Of HTTP; one in words, or past 999, counts as none.",
  }),
  error: z.string().optional(),
  accepted: z.boolean().optional(),
  accepted_lines: z.int().min(0).max(10_000_000).optional(),
  commit_ids: z.array(z.string()).optional().openapi({ description: "Or one as `git_commit_id`." }),
  pull_request: z.union([z.int().min(0).max(most), z.string()]).optional(),
  tool: z.string().optional().openapi({ description: "Where it comes from; `native` otherwise." }),
}).openapi("SessionRecord", {
  description: "A call to a model in the native shape, or LiteLLM's `StandardLoggingPayload`.",
});

/** A number of what was used, beside what it was. */
export const UseMetricSchema = z.object({ ...metricFields(useNullReasons), ...comparedFields })
  .openapi("UseMetric");

export const tokenFields = {
  input_tokens: z.int().nullable().openapi({
    description:
      "Of the prompt, without those of the cache. Null, as each kind of tokens, where it is not known.",
  }),
  output_tokens: z.int().nullable(),
  cache_read_tokens: z.int().nullable(),
  cache_write_tokens: z.int().nullable(),
};

/** What every read shows of a session. */
export const sessionFields = {
  id: idField,
  external_id: z.string(),
  source: z.string(),
  developer_id: z.string(),
  repository: z.string().nullable(),
  branch: z.string().nullable(),
  model: z.string().nullable().openapi({ description: "The model of most of its tokens." }),
  timestamp: timeField.openapi({ description: "When it began." }),
  ended_at: timeField,
  calls: z.int(),
  failed_calls: z.int(),
  ...tokenFields,
  total_tokens: z.int().nullable(),
  cost_usd: z.number().nullable(),
  cost_source: z.enum(["reported", "estimated", "mixed"]).nullable(),
  guessed_calls: z.int().openapi({
    description:
      "Calls whose reported cost their source can only have guessed: an agent before another seller's model.",
  }),
  estimated_cost_usd: z.number().nullable().openapi({
    description: "Where some were guessed, the cost with the price table's in their place.",
  }),
  avg_latency_ms: z.number().nullable(),
  accepted: z.boolean().nullable(),
  accepted_lines: z.int().nullable(),
  edits_accepted: z.int(),
  edits_rejected: z.int(),
  people_accepted: z.int(),
  people_rejected: z.int(),
  automatic_decisions: z.int().openapi({
    description: "Decisions of configurations, hooks and runs without people.",
  }),
};

const { avg_latency_ms: _, ...asStored } = sessionFields;

/** The same as the database answers it: with the sums that the mean is made of. */
export const storedSessionFields = {
  ...asStored,
  latency_ms_sum: z.number(),
  latency_calls: z.int(),
};

export const costOutlierFields = {
  cost_outlier: z.boolean().nullable(),
  cost_score: z.number().nullable().openapi({ description: "The robust z-score of its cost." }),
};

/** What the database answers of a model's sessions, see outlier.ts. */
export const BaselineSchema = z.object({
  model: z.string().nullable(),
  n: z.int(),
  median: z.number().nullable(),
  mad: z.number().nullable(),
  mean_deviation: z.number().nullable(),
});

export const PriceSchema = z.object({
  model: z.string(),
  valid_from: dateField,
  own: z.boolean(),
  input_usd: z.number(),
  output_usd: z.number(),
  cache_read_usd: z.number().nullable(),
  cache_write_usd: z.number().nullable(),
  cache_write_1h_usd: z.number().nullable().openapi({
    description: "Of a cache write for an hour; null where it costs as any other.",
  }),
  long_context_above: z.int().nullable().openapi({
    description:
      "A call whose prompt, cache included, has more tokens costs all of its input and output times the two factors.",
  }),
  long_input_factor: z.number().nullable(),
  long_output_factor: z.number().nullable(),
  batch_factor: z.number().nullable().openapi({
    description:
      "What a call in a batch or of the flex tier costs of the standard price; null, as for the other tiers, where that is not known, and then neither is the call's cost.",
  }),
  priority_factor: z.number().nullable(),
  fast_factor: z.number().nullable(),
  input_audio_usd: z.number().nullable().openapi({
    description: "Of what was heard; null where it costs as any other input.",
  }),
  input_image_usd: z.number().nullable(),
  source: z.string().nullable().openapi({ description: "Where a list price was read." }),
  source_date: dateField.nullable(),
}).openapi("SessionPrice");
