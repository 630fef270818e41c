import { z } from "@hono/zod-openapi";
import { listSchema } from "../_shared/http/answers.ts";
import { query } from "../_shared/http/query.ts";
import { count, exampleJob, listParameters, time } from "./schemas.ts";

export const LetterParam = z.object({
  id: z.uuid().openapi({ param: { name: "id", in: "path" }, description: "The dead letter." }),
});

export const LettersQuery = query({
  ...listParameters,
  state: z.enum(["open", "resolved"]).default("open"),
});

export const LetterSchema = z.object({
  id: z.uuid(),
  org_id: z.uuid(),
  job_id: z.uuid().nullable(),
  delivery_id: z.string().nullable().openapi({ description: "The webhook delivery it came with." }),
  kind: z.string().nullable().openapi({
    description: "What the item is; null for a whole delivery that could not be read.",
  }),
  item: z.record(z.string(), z.unknown()).nullable(),
  code: z.string(),
  reason: z.string(),
  state: z.enum(["open", "resolved"]),
  attempts: count,
  created_at: time,
  updated_at: time,
}).openapi("EtlDeadLetter", {
  example: {
    id: "5f6f2f6f-0f8f-4a7c-9d51-3a520b7a3f11",
    org_id: exampleJob.org_id,
    job_id: exampleJob.id,
    delivery_id: null,
    kind: "review",
    item: {
      repository: "octocat/hello-world",
      pull_request: "12",
      external_id: "80",
      state: "approved",
    },
    code: "unknown_pull_request",
    reason: "There is no pull request 12",
    state: "open",
    attempts: 1,
    created_at: "2026-11-16T09:29:00Z",
    updated_at: "2026-11-16T09:29:00Z",
  },
});

export const LettersSchema = listSchema(LetterSchema).openapi("EtlDeadLetters");
export const StoredLetters = z.object({
  dead_letters: z.array(LetterSchema),
  total_count: z.int(),
});
