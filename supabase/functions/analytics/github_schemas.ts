import { z } from "@hono/zod-openapi";
import { PeriodSchema, StoredPeriodSchema } from "../_shared/http/answers.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { rangeQuery } from "../_shared/http/query.ts";
import { CompareParam, endParam, startParam } from "../_shared/http/range.ts";
import { name, OrganizationQuery } from "../_shared/http/schemas.ts";
import { daysBetween } from "../_shared/numbers/dates.ts";
import { periodOf } from "../_shared/numbers/period.ts";

const asked = {
  org_id: OrganizationQuery,
  start: startParam(),
  end: endParam(),
  team: name(100).optional().openapi({
    description: "The id or name of a team: what happens in its repositories.",
  }),
  repository: name(200).optional().openapi({ example: "acme/shop" }),
  compare: CompareParam.unwrap().default("previous"),
};

/** What every read of GitHub's work takes. */
export const GithubQuery = rangeQuery(asked);
/** What those take that answer a page. */
export const GithubPageQuery = rangeQuery({ ...asked, ...PageQuery.shape });

/** The arguments of the SQL functions that a query stands for. */
export function githubArgs(query: z.output<typeof GithubQuery>) {
  return {
    p_org_id: query.org_id,
    p_start: query.start,
    p_end: query.end,
    p_team: query.team,
    p_repository: query.repository,
    p_compare: query.compare,
  };
}

/** As {@link githubArgs}, of a page. */
export function githubPageArgs(query: z.output<typeof GithubPageQuery>) {
  return { ...githubArgs(query), p_page: query.page, p_page_size: query.page_size };
}

const dates = { start: z.string(), end: z.string() };

/** The members of every answer of the database: the period, and the one it is compared with. */
export const storedHead = {
  period: StoredPeriodSchema,
  previous_period: z.object(dates).nullable(),
};

/** The members of every answer. */
export const githubHead = {
  period: PeriodSchema,
  previous_period: PeriodSchema.nullable().openapi({
    description: "What it is compared with; null where it is with nothing.",
  }),
};

/** Both periods as they are answered. */
export function githubPeriods(
  { period, previous_period: before }: z.output<z.ZodObject<typeof storedHead>>,
  now: Date,
) {
  const { time_zone } = period;
  return {
    period: periodOf(period, now),
    previous_period: before &&
      periodOf({ ...before, days: daysBetween(before.start, before.end) + 1, time_zone }, now),
  };
}
