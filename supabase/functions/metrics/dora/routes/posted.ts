import { createRoute, z } from "@hono/zod-openapi";
import { intakeFields, RejectedSchema } from "../../../_shared/http/answers.ts";
import { query } from "../../../_shared/http/query.ts";
import { OrganizationQuery } from "../../../_shared/http/schemas.ts";
import { access, callerProblems } from "../../../_shared/http/access.ts";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../../_shared/http/app.ts";
import { deliveryItems } from "../../../_shared/intake/delivery.ts";
import { storePosted } from "../posted.ts";
import { deletePosted } from "./deletions.ts";
import { maxItems } from "../../../_shared/intake/body.ts";

const StoredDelivery = z.object({
  ...intakeFields,
  duplicates: z.int().openapi({ description: "How many said nothing that was not known." }),
  rejected: z.array(
    z.object({
      ...RejectedSchema.shape,
      errors: z.array(z.object({ path: z.string(), message: z.string() })),
    }).openapi("RejectedDelivery"),
  ),
  stored: z.int().openapi({
    deprecated: true,
    description: "`accepted` and `duplicates` together.",
  }),
}).openapi("StoredDelivery", {
  example: { accepted: 1, duplicates: 0, rejected: [], stored: 1 },
});

const posts = [
  {
    path: "/dora/deployments",
    kind: "deployment",
    name: "DeliveryDeployment",
    operationId: "postDeployments",
    summary: "Post deployments",
    what: "A deployment that is posted as pending is posted again when it has ended.",
  },
  {
    path: "/dora/commits",
    kind: "commit",
    name: "DeliveryCommit",
    operationId: "postCommits",
    summary: "Post commits",
    what: "With their parents: a deployment contains its commit and all that it is built on.",
  },
  {
    path: "/dora/pull-requests",
    kind: "pull_request",
    name: "DeliveryPullRequest",
    operationId: "postPullRequests",
    summary: "Post pull requests",
    what: "With their commits as they were on the branch, lead time begins where the work began.",
  },
  {
    path: "/dora/incidents",
    kind: "incident",
    name: "DeliveryIncident",
    operationId: "postIncidents",
    summary: "Post incidents",
    what: "An incident that is open is posted again when it has been resolved.",
  },
  {
    path: "/dora/reviews",
    kind: "review",
    name: "DeliveryReview",
    operationId: "postReviews",
    summary: "Post reviews",
    what: "Of pull requests that were posted before: pickup ends with the first by another person.",
  },
] as const;

/** Registers `POST` and `DELETE /metrics/dora/{deployments,commits,pull-requests,incidents,reviews}`. */
export function postDora(app: App): void {
  deletePosted(app);
  for (const { path, kind, name, operationId, summary, what } of posts) {
    // The body only refers to it by name, because judging each item is the handler's.
    app.openAPIRegistry.register(name, deliveryItems[kind]);
    const route = createRoute({
      method: "post",
      path,
      operationId,
      tags: ["dora"],
      summary,
      description:
        `One, \`{items: […]}\` or a list, with up to 1,000. ${what} In any order: posting again replaces what is named ` +
        "and leaves the rest, so a retry does no harm. A bad item costs no other, and 207 says that there were some. " +
        "Owners, admins and members.",
      ...access("service", "user", "key:ingest"),
      request: { query: query({ org_id: OrganizationQuery }), body: jsonBody(bodyOf(name)) },
      responses: {
        200: json(StoredDelivery, "Stored"),
        207: json(StoredDelivery, "Some were rejected; the others are stored"),
        ...problems(...callerProblems, ...bodyProblems, "not_found"),
      },
    });
    app.openapi(route, async (c) => {
      const { org_id } = c.req.valid("query");
      const answer = await storePosted(c, kind, org_id, c.req.valid("json"));
      const status = answer.rejected.length > 0 ? 207 : 200;
      return c.json(checked(StoredDelivery, answer), status);
    });
  }
}

function bodyOf(item: string) {
  const ref = { $ref: `#/components/schemas/${item}` };
  const items = { type: "array" as const, items: ref, minItems: 1, maxItems };
  return z.union([z.looseObject({}), z.array(z.unknown())], "is neither an object nor a list")
    .openapi({ anyOf: [ref, { type: "object", properties: { items } }, items] });
}
