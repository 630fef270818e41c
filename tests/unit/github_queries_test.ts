import assert from "node:assert/strict";
import { parse, validate } from "graphql";
import * as pullRequests from "../../supabase/functions/etl/steps/pull_request_query.ts";
import { branchesQuery } from "../../supabase/functions/etl/steps/branches.ts";
import { deploymentsQuery } from "../../supabase/functions/etl/steps/deployments.ts";
import { githubSchema } from "../helpers/github/github_graphql.ts";

const queries = {
  branchesQuery,
  deploymentsQuery,
  pullRequestsQuery: pullRequests.pullRequestsQuery,
  moreCommitsQuery: pullRequests.moreCommitsQuery,
  moreReviewsQuery: pullRequests.moreReviewsQuery,
};

for (const [name, query] of Object.entries(queries)) {
  Deno.test(`${name} is one that GitHub's published schema understands`, () => {
    assert.deepStrictEqual(validate(githubSchema(), parse(query)), []);
  });
}
