import { z } from "@hono/zod-openapi";
import { ChangeSchema, metricFields, PreviousSchema } from "../../_shared/http/answers.ts";
import { rpc } from "../../_shared/database/db.ts";
import { type App, checked } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import {
  qualityDirections,
  qualityMetrics,
  qualityMetricsOf,
  QualityNumbers,
  qualityReasons,
  qualityUnits,
  sizeClasses,
  sizesOf,
} from "../github_quality.ts";
import { githubRoute } from "./github_route.ts";
import {
  githubArgs,
  githubHead,
  githubPeriods,
  GithubQuery,
  storedHead,
} from "../github_schemas.ts";

const value = z.number().nullable();
const nullReason = z.enum(qualityReasons).nullable();

const Metric = z.object({
  ...metricFields(qualityReasons),
  key: z.enum(qualityMetrics),
  unit: z.enum(qualityUnits),
  direction: z.enum(qualityDirections),
  value: value.openapi({ description: "The median. Null with the reason in `null_reason`." }),
  p75: value,
  p90: value,
  n: z.int().openapi({ description: "Pull requests, or posted readings, behind the value." }),
  excluded: z.object({
    negative_spans: z.int(),
    unknown: z.int().openapi({ description: "Not reported, or never reviewed." }),
  }),
  previous: z.object({
    ...PreviousSchema.shape,
    null_reason: nullReason,
    no_data: nullReason.openapi({ deprecated: true }),
  }).nullable(),
  change: ChangeSchema.nullable(),
  metric: z.enum(qualityMetrics).openapi({ deprecated: true, description: "The same as `key`." }),
  no_data: nullReason.openapi({ deprecated: true, description: "The same as `null_reason`." }),
  change_pct: value.openapi({ deprecated: true, description: "`change`, of what is no per cent." }),
  change_points: value.openapi({ deprecated: true, description: "`change`, of per cent." }),
  change_reason: z.enum(["new", "no_previous", "no_data"]).nullable().openapi({ deprecated: true }),
}).openapi("GithubQualityMetric");

const CodeQuality = z.object({
  ...githubHead,
  merged: z.int().openapi({ description: "Pull requests merged in the period." }),
  reviewed: z.int().openapi({ description: "Those that another person reviewed." }),
  metrics: z.array(Metric),
  sizes: z.array(z.object({ class: z.enum(sizeClasses), n: z.int(), pct: value })).openapi({
    description:
      "Lines added and deleted: XS under 10, S under 30, M under 100, L under 500, XL under 1,000, XXL.",
  }),
}).openapi("GithubCodeQuality");

const Stored = z.object({
  ...storedHead,
  numbers: QualityNumbers,
  previous: QualityNumbers.nullable(),
});

const route = githubRoute({
  path: "/github/code-quality",
  operationId: "getGithubCodeQuality",
  summary: "How pull requests are written and reviewed",
  description:
    "Medians over the pull requests merged in the period, pooled over repositories. Bots' and authors' own reviews do not " +
    "count. `coverage` and `complexity` are metrics posted to `/metrics/ingest`: the latest reading of each repository.",
  query: GithubQuery,
  answer: CodeQuality,
  found: "The metrics",
});

/** Registers `GET /analytics/github/code-quality`. */
export function githubCodeQuality(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const stored = await rpc(callerDb(c), "github_code_quality", githubArgs(query), Stored);
    return c.json(checked(CodeQuality, presented(stored, new Date())), 200);
  });
}

function presented({ numbers, previous, ...head }: z.output<typeof Stored>, now: Date) {
  const { merged, reviewed } = numbers;
  const periods = githubPeriods(head, now);
  const { previous_period: period } = periods;
  const before = previous && period && { numbers: previous, period };
  const metrics = qualityMetricsOf(numbers, before);
  return { ...periods, merged, reviewed, metrics, sizes: sizesOf(numbers) };
}
