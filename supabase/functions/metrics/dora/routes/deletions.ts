import { createRoute, z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import { type App, problems } from "../../../_shared/http/app.ts";
import { callerDb } from "../../../_shared/http/auth.ts";
import { query } from "../../../_shared/http/query.ts";
import { name, OrganizationQuery } from "../../../_shared/http/schemas.ts";
import { orNull, rpc } from "../../../_shared/database/db.ts";
import { refuseBoundKey } from "../../../_shared/intake/destination.ts";

const of = { org_id: OrganizationQuery, repository: name(200).openapi({ example: "acme/shop" }) };
const externalId = name(200).openapi({ description: "What it was posted with." });

const deletions = [
  { kind: "deployment", path: "/dora/deployments", operationId: "deleteDeployment" },
  { kind: "commit", path: "/dora/commits", operationId: "deleteCommit" },
  { kind: "pull_request", path: "/dora/pull-requests", operationId: "deletePullRequest" },
  { kind: "incident", path: "/dora/incidents", operationId: "deleteIncident" },
  { kind: "review", path: "/dora/reviews", operationId: "deleteReview" },
] as const;

const keys = {
  deployment: query({ ...of, external_id: externalId }),
  pull_request: query({ ...of, external_id: externalId }),
  incident: query({ ...of, external_id: externalId }),
  commit: query({ ...of, sha: name(64).openapi({ description: "Its hash, in full." }) }),
  review: query({ ...of, pull_request: externalId, external_id: externalId }),
};

/** Registers `DELETE /metrics/dora/{deployments,commits,pull-requests,incidents,reviews}`. */
export function deletePosted(app: App): void {
  for (const { kind, path, operationId } of deletions) {
    const what = kind.replace("_", " ");
    const route = createRoute({
      method: "delete",
      path,
      operationId,
      tags: ["dora"],
      summary: `Take back a ${what}`,
      description:
        `Deletes a ${what} and works out again what followed from it. Whatever says it once more, a sync of GitHub too, ` +
        "brings it back. Owners, admins and members.",
      ...access("service", "user", "key:ingest"),
      request: { query: keys[kind] },
      responses: {
        204: { description: "Gone" },
        ...problems(...callerProblems, "not_found", "validation_failed"),
      },
    });
    app.openapi(route, async (c) => {
      refuseBoundKey(c.get("caller"));
      const key = Key.parse(c.req.valid("query"));
      await rpc(callerDb(c), "delete_delivery", {
        p_kind: kind,
        p_repository: key.repository,
        p_key: key.external_id ?? key.sha ?? "",
        p_org_id: orNull(key.org_id),
        p_pull_request: key.pull_request,
      }, z.null().optional());
      return c.body(null, 204);
    });
  }
}

/** The one shape of all these queries. */
const Key = z.object({
  org_id: z.string().optional(),
  repository: z.string(),
  external_id: z.string().optional(),
  sha: z.string().optional(),
  pull_request: z.string().optional(),
});
