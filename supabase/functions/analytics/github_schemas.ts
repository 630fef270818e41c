import { z } from "@hono/zod-openapi";
import { access, callerProblems } from "../_shared/http/access.ts";
import { problems } from "../_shared/http/app.ts";
import { DateSchema } from "../_shared/numbers/dates.ts";
import { name } from "../_shared/http/schemas.ts";

/** Everybody who may read what an organization's people do on GitHub. */
export const githubReaders = access("service", "user", "key:read");
export const githubProblems = problems(...callerProblems, "not_found", "validation_failed");

/** What every read takes. */
export const githubQuery = {
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

type Query = z.output<z.ZodObject<typeof githubQuery>>;

/** The arguments of the SQL functions that a query stands for. */
export function githubArgs({ org_id, start, end, team, repository }: Query) {
  return {
    p_org_id: org_id,
    p_start: start,
    p_end: end,
    p_team: team,
    p_repository: repository,
  };
}

const dates = { start: z.string(), end: z.string() };

/** The members of every answer: the period, and the one of the same length before. */
export const githubHead = {
  period: z.object({ ...dates, days: z.int(), time_zone: z.string() }).openapi("GithubPeriod"),
  previous_period: z.object(dates),
};
