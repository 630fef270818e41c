import { z } from "@hono/zod-openapi";
import {
  aliasOfItems,
  ChangeSchema,
  listOf,
  listSchema,
  metricFields,
  PreviousSchema,
} from "../../_shared/http/answers.ts";
import { rpc } from "../../_shared/database/db.ts";
import { type App, checked } from "../../_shared/http/app.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { changeIn, changePct } from "../../_shared/numbers/change.ts";
import type { Period } from "../../_shared/numbers/period.ts";
import { githubRoute } from "./github_route.ts";
import {
  githubHead,
  githubPageArgs,
  GithubPageQuery,
  githubPeriods,
  storedHead,
} from "../github_schemas.ts";
import { hiddenGroups } from "../schemas.ts";

const counts = { commits: z.int(), pull_requests: z.int(), reviews: z.int() };
const activity = z.array(z.object({
  weekday: z.int().openapi({ description: "1 is Monday, 7 Sunday." }),
  hour: z.int(),
  ...counts,
}));
const BusFactor = z.object({ value: z.int().nullable(), authors: z.int(), n: z.int() });

const Contributor = z.object({ name: z.string(), persons: z.int(), ...counts, activity });

const shape = {
  by: z.enum(["person", "team"]).openapi({
    description: "What a name is: a person's login only if the organization has opted in.",
  }),
  totals: z.object({ persons: z.int(), ...counts }),
  activity: activity.nullable().openapi({
    description:
      "Everybody's, in the organization's time zone; hours without any are left out. Null if too few people.",
  }),
  hidden_groups: hiddenGroups,
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
  ...storedHead,
  ...shape,
  contributors: z.array(Contributor),
  total_count: z.int(),
  bus_factor: BusFactor,
  previous_bus_factor: BusFactor.nullable(),
});

const Contributors = z.object({
  ...githubHead,
  ...shape,
  ...listSchema(Contributor).shape,
  contributors: aliasOfItems(Contributor),
  bus_factor: z.object({
    ...metricFields(["no_commits"]),
    authors: z.int(),
    previous: z.object({ ...PreviousSchema.shape, authors: z.int() }).nullable(),
    change: ChangeSchema.nullable(),
    no_data: z.enum(["no_commits"]).nullable().openapi({
      deprecated: true,
      description: "The same as `null_reason`.",
    }),
    change_pct: z.number().nullable().openapi({ deprecated: true }),
    change_reason: z.enum(["new", "no_previous", "no_data"]).nullable().openapi({
      deprecated: true,
    }),
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
    return c.json(checked(Contributors, presented(stored, query, new Date())), 200);
  });
}

function presented(
  { total_count, contributors, bus_factor, previous_bus_factor, ...stored }: z.output<
    typeof Stored
  >,
  query: z.output<typeof GithubPageQuery>,
  now: Date,
) {
  const periods = githubPeriods(stored, now);
  return {
    ...stored,
    ...periods,
    ...listOf(query, total_count, contributors),
    contributors,
    bus_factor: busFactor(bus_factor, previous_bus_factor, periods.previous_period),
  };
}

type BusFactor = z.output<typeof BusFactor>;

function busFactor(now: BusFactor, before: BusFactor | null, period: Period | null) {
  const previous = before && period && { ...before, period };
  const null_reason = now.value === null ? "no_commits" as const : null;
  return {
    key: "bus_factor",
    label: "Bus factor",
    unit: "persons",
    direction: "higher_is_better" as const,
    definition: "github.bus_factor@1",
    ...now,
    null_reason,
    previous,
    change: previous && changeIn("persons", now.value, previous.value),
    no_data: null_reason,
    ...(previous
      ? changePct(now.value, previous.value)
      : { change_pct: null, change_reason: null }),
  };
}
