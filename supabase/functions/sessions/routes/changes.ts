import { createRoute, z } from "@hono/zod-openapi";
import { PeriodSchema, StoredPeriodSchema } from "../../_shared/http/answers.ts";
import { type App, checked, json } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { orNull, rpc } from "../../_shared/database/db.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { periodOf } from "../../_shared/numbers/period.ts";
import { readers, readProblems } from "../access.ts";
import { causes, costChange } from "../changes.ts";
import { lastDays, OrgQuery } from "../schemas.ts";

const usd = z.number();
const price = z.number().nullable();
const left = z.object({ sessions: z.int(), cost_usd: usd });
const MixSchema = z.object({
  period: StoredPeriodSchema,
  models: z.array(z.object({
    model: z.string(),
    sessions: z.int(),
    cost_usd: usd,
    input_tokens: z.int(),
    output_tokens: z.int(),
    cache_read_tokens: z.int(),
    cache_write_tokens: z.int(),
    input_usd: price,
    output_usd: price,
    cache_read_usd: price,
    cache_write_usd: price,
  })),
  left_out: left,
});
const StoredSchema = z.object({ current: MixSchema, previous: MixSchema });
const ChangesSchema = z.object({
  definition: z.string(),
  unit: z.literal("USD"),
  period: PeriodSchema,
  previous_period: PeriodSchema,
  n: z.int().openapi({ description: "Sessions of the range whose tokens and cost are known." }),
  previous_n: z.int(),
  null_reason: z.enum(["no_sessions"]).nullable(),
  before_usd: usd,
  after_usd: usd,
  difference_usd: usd,
  parts: z.array(z.object({ cause: z.enum(causes), difference_usd: usd })).openapi({
    description:
      "What made the difference; they add up to it, to the millionth of a dollar. Nothing before is all volume.",
  }),
  models: z.array(
    z.object({
      model: z.string().nullable(),
      before_usd: usd,
      after_usd: usd,
      difference_usd: usd,
    }),
  ),
  left_out: z.object({ current: left, previous: left }).openapi({
    description: "Sessions that say too little to take part, and what is known of their cost.",
  }),
}).openapi("SessionsCostChanges");

const get = createRoute({
  method: "get",
  path: "/changes",
  operationId: "getSessionsCostChanges",
  tags: ["sessions"],
  summary: "What made the cost change",
  description:
    "The difference to the range before, or to a year earlier, by volume (tokens), models, what caches gave, length of answers, and price.",
  ...readers,
  request: {
    query: rangeQuery({
      ...OrgQuery,
      ...lastDays,
      compare: z.enum(["previous", "year"]).default("previous").openapi({
        param: { name: "compare", in: "query" },
        description: "With what the range is compared: the one just before, or a year earlier.",
      }),
    }),
  },
  responses: { 200: json(ChangesSchema, "The change and its parts"), ...readProblems },
});

/** `GET /sessions/changes` */
export function getCostChanges(app: App): void {
  app.openapi(get, async (c) => {
    const { org_id, start, end, since, compare } = c.req.valid("query");
    const { current, previous } = await rpc(callerDb(c), "ai_changes", {
      p_org_id: orNull(org_id),
      p_since: since,
      p_start: orNull(start),
      p_end: orNull(end),
      p_compare: compare,
    }, StoredSchema);
    const now = new Date();
    const sessionsOf = (mix: typeof current) =>
      mix.models.reduce((sum, { sessions }) => sum + sessions, 0);
    const change = costChange(previous.models, current.models);
    const answer = {
      definition: "ai.cost_change@1",
      unit: "USD" as const,
      period: periodOf(current.period, now),
      previous_period: periodOf(previous.period, now),
      n: sessionsOf(current),
      previous_n: sessionsOf(previous),
      null_reason: sessionsOf(current) + sessionsOf(previous) === 0 ? "no_sessions" as const : null,
      ...change,
      models: change.models.map(({ model, ...one }) => ({ model: model || null, ...one })),
      left_out: { current: current.left_out, previous: previous.left_out },
    };
    return c.json(checked(ChangesSchema, answer), 200);
  });
}
