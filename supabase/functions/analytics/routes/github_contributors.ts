import { z } from "@hono/zod-openapi";
import { rpc } from "../../_shared/database/db.ts";
import { type App, checked } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { changePct } from "../../_shared/numbers/change.ts";
import { pageFields, pageOf } from "../../_shared/http/pagination.ts";
import { githubRoute } from "./github_route.ts";
import { githubHead, githubPageArgs, GithubPageQuery } from "../github_schemas.ts";
import { hiddenGroups } from "../schemas.ts";

const counts = { commits: z.int(), pull_requests: z.int(), reviews: z.int() };
const activity = z.array(z.object({
  weekday: z.int().openapi({ description: "1 is Monday, 7 Sunday." }),
  hour: z.int(),
  ...counts,
}));
const BusFactor = z.object({ value: z.int().nullable(), authors: z.int(), n: z.int() });

const shape = {
  ...githubHead,
  by: z.enum(["person", "team"]).openapi({
    description: "What a name is: a person's login only if the organization has opted in.",
  }),
  totals: z.object({ persons: z.int(), ...counts }),
  activity: activity.nullable().openapi({
    description:
      "Everybody's, in the organization's time zone; hours without any are left out. Null if too few people.",
  }),
  hidden_groups: hiddenGroups,
  contributors: z.array(z.object({ name: z.string(), persons: z.int(), ...counts, activity })),
  review_network: z.object({
    total_edges: z.int(),
    nodes: z.array(z.object({ name: z.string(), given: z.int(), received: z.int() })),
    edges: z.array(z.object({
      reviewer: z.string(),
      author: z.string(),
      reviews: z.int(),
      pull_requests: z.int(),
    })).openapi({ description: "Who reviews whom; of more than 500 the heaviest." }),
  }),
};

const Stored = z.object({
  ...shape,
  total_count: z.int(),
  bus_factor: BusFactor,
  previous_bus_factor: BusFactor,
});

const Contributors = z.object({
  ...shape,
  ...pageFields,
  bus_factor: BusFactor.extend({
    direction: z.literal("higher_is_better"),
    definition: z.string(),
    no_data: z.enum(["no_commits"]).nullable(),
    previous: BusFactor,
    change_pct: z.number().nullable(),
    change_reason: z.enum(["new", "no_previous", "no_data"]).nullable(),
  }).openapi({
    description: "The smallest number of people who wrote more than half of the period's commits.",
  }),
}).openapi("GithubContributors");

const route = githubRoute({
  path: "/github/contributors",
  operationId: "getGithubContributors",
  summary: "When people work, who reviews whom, and how many know the code",
  description:
    "By person only if the organization has set `individual_metrics`, by team otherwise; whoever is in several teams counts " +
    "in each, whoever is in none under `no team`. Bots are left out.",
  query: GithubPageQuery,
  answer: Contributors,
  found: "The contributors, the most active first",
});

/** Registers `GET /analytics/github/contributors`. */
export function githubContributors(app: App): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const stored = await rpc(callerDb(c), "github_contributors", githubPageArgs(query), Stored);
    return c.json(checked(Contributors, presented(stored, query)), 200);
  });
}

function presented(
  { total_count, bus_factor, previous_bus_factor: previous, ...stored }: z.output<typeof Stored>,
  query: z.output<typeof GithubPageQuery>,
) {
  return {
    ...stored,
    ...pageOf(query, total_count),
    bus_factor: {
      ...bus_factor,
      direction: "higher_is_better" as const,
      definition: "github.bus_factor@1",
      no_data: bus_factor.value === null ? "no_commits" as const : null,
      previous,
      ...changePct(bus_factor.value, previous.value),
    },
  };
}
