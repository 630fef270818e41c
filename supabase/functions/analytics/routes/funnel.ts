import type { Table } from "../types.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { rangeQuery } from "../../_shared/http/query.ts";
import { funnelSteps } from "../funnel.ts";
import { answerReport, readersAndShares, reportProblems, reportResponse } from "../report.ts";
import {
  BreakdownQuery,
  EventName,
  hiddenGroups,
  NullReason,
  reportAliases,
  reportFields,
  reportSchema,
  storedHead,
} from "../schemas.ts";

const value = z.number().nullable();
const Share = z.object({ pct: value, low: value, high: value, null_reason: NullReason })
  .openapi("Share", { description: "Per cent, and its 95 % Wilson interval." });

const FunnelSchema = reportSchema("AnalyticsFunnel", {
  groups: z.array(z.object({
    group: z.string().nullable(),
    steps: z.array(z.object({
      step: z.int(),
      event: z.string(),
      count: z.int(),
      conversion_from_first: Share,
      conversion_from_previous: Share,
      median_seconds_from_previous: value,
    })),
  })),
  hidden_groups: hiddenGroups,
  n: z.int().openapi({ description: "Persons who passed step 1, in the groups shown." }),
});
const Stored = z.object({
  ...storedHead,
  hidden_groups: z.int(),
  groups: z.array(z.object({
    group: z.string().nullable(),
    steps: z.array(z.object({
      step: z.int(),
      event: z.string(),
      count: z.int(),
      median_seconds: value,
    })),
  })),
});

/** A length of time such as `7d`, `12h` or `30m`, in seconds; 90 days at most. */
const WindowQuery = z.string()
  .regex(/^[1-9]\d{0,5}[mhd]$/, "must be minutes, hours or days as in 30m, 12h or 7d")
  .transform((given) =>
    Number(given.slice(0, -1)) * unitSeconds[given.slice(-1) as "m" | "h" | "d"]
  )
  .refine((seconds) => seconds <= 90 * 86_400, "is longer than 90d");
const unitSeconds = { m: 60, h: 3600, d: 86_400 };

/** Names joined by commas or, as names may have commas, the parameter once for each. */
const StepsQuery = z.union([
  z.string().max(3000, "is too long").transform((list) => list.split(",")),
  z.array(z.string()),
]).pipe(
  z.array(EventName).min(2, "names fewer than 2 events").max(10, "names more than 10 events"),
);

const route = createRoute({
  method: "get",
  path: "/funnel",
  operationId: "getFunnel",
  tags: ["analytics"],
  summary: "How many get from step to step",
  description:
    "A person passes a step if its event comes after the one that passed the step before, within the window counted " +
    "from step 1, which lies in the range. Events of one moment are in the order they arrived in. Strict order: with no other event of theirs in between. The median is of the " +
    "time from the latest passing of the step before to the first of this one.",
  ...readersAndShares,
  request: {
    query: rangeQuery({
      ...reportFields,
      steps: StepsQuery.openapi({
        type: "string",
        description: "2–10 event names joined by commas, or `steps` once for each.",
        example: "signed_up,invited,paid",
      }),
      window: WindowQuery.default(7 * 86_400).openapi({ type: "string", default: "7d" }),
      order: z.enum(["loose", "strict"]).default("loose"),
      breakdown: BreakdownQuery,
    }, reportAliases),
  },
  responses: { 200: reportResponse(FunnelSchema, "The steps"), ...reportProblems },
});

/** Registers `GET /analytics/funnel`. */
export function funnel(app: App): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return answerReport(c, report, query, {
      p_steps: query.steps,
      p_window_seconds: query.window,
      p_is_strict: query.order === "strict",
      p_breakdown: query.breakdown,
    });
  });
}

function present({ groups: counted, hidden_groups }: z.output<typeof Stored>) {
  const groups = counted.map(({ group, steps }) => ({ group, steps: funnelSteps(steps) }));
  const n = groups.reduce((sum, { steps }) => sum + (steps[0]?.count ?? 0), 0);
  return { groups, hidden_groups, n };
}

const report = {
  rpc: "analytics_funnel" as const,
  definition: "analytics.funnel@2",
  stored: Stored,
  answer: FunnelSchema,
  present,
  totals: ({ groups, n }: ReturnType<typeof present>) => {
    const [only] = groups.length === 1 ? groups : [];
    return [
      { key: "persons" as const, value: n, n },
      {
        key: "conversion" as const,
        value: only?.steps.at(-1)?.conversion_from_first.pct ?? null,
        n,
        null_reason: groups.length > 1 ? "several_groups" : "no_data",
      },
    ];
  },
  table: ({ groups }: ReturnType<typeof present>): Table => ({
    columns: {
      group: "text",
      step: "integer",
      event: "text",
      count: "integer",
      from_first_pct: "number",
      from_first_low: "number",
      from_first_high: "number",
      from_previous_pct: "number",
      from_previous_low: "number",
      from_previous_high: "number",
      median_seconds_from_previous: "number",
    },
    rows: groups.flatMap(({ group, steps }) =>
      steps.map((one) => ({
        group,
        step: one.step,
        event: one.event,
        count: one.count,
        from_first_pct: one.conversion_from_first.pct,
        from_first_low: one.conversion_from_first.low,
        from_first_high: one.conversion_from_first.high,
        from_previous_pct: one.conversion_from_previous.pct,
        from_previous_low: one.conversion_from_previous.low,
        from_previous_high: one.conversion_from_previous.high,
        median_seconds_from_previous: one.median_seconds_from_previous,
      }))
    ),
  }),
};
