import { z } from "@hono/zod-openapi";
import { PageQuery } from "../_shared/http/pagination.ts";
import { checkRange, DateSchema } from "../_shared/numbers/dates.ts";
import { name } from "../_shared/http/schemas.ts";

const asked = {
  org_id: z.uuid("is not the id of an organization").optional().openapi({
    description: "Required for the service; a signed-in user defaults to their home organization.",
  }),
  start: DateSchema.optional().openapi({ description: "Defaults to 29 days before end." }),
  end: DateSchema.optional().openapi({
    description: "Included. Defaults to today in the organization's time zone.",
  }),
  team: name(100).optional().openapi({
    description: "The id or name of a team: what happens in its repositories.",
  }),
  repository: name(200).optional().openapi({ example: "acme/shop" }),
};

/** What every read of GitHub's work takes. */
export const GithubQuery = z.object(asked).superRefine(checkRange);
/** What those take that answer a page. */
export const GithubPageQuery = z.object({ ...asked, ...PageQuery.shape }).superRefine(checkRange);

/** The arguments of the SQL functions that a query stands for. */
export function githubArgs(
  { org_id, start, end, team, repository }: z.output<typeof GithubQuery>,
) {
  return {
    p_org_id: org_id,
    p_start: start,
    p_end: end,
    p_team: team,
    p_repository: repository,
  };
}

/** As {@link githubArgs}, of a page. */
export function githubPageArgs(query: z.output<typeof GithubPageQuery>) {
  return { ...githubArgs(query), p_page: query.page, p_page_size: query.page_size };
}

const dates = { start: z.string(), end: z.string() };

/** The members of every answer: the period, and the one of the same length before. */
export const githubHead = {
  period: z.object({ ...dates, days: z.int(), time_zone: z.string() }).openapi("GithubPeriod"),
  previous_period: z.object(dates),
};
