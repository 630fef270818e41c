import { createRoute, type z } from "@hono/zod-openapi";
import { access, callerProblems } from "../../_shared/http/access.ts";
import { json, problems } from "../../_shared/http/app.ts";

/** The route of a read of what an organization's people do on GitHub. */
export function githubRoute<Query extends z.ZodPipe, Answer extends z.ZodType>(read: {
  path: `/github/${string}`;
  operationId: string;
  summary: string;
  description: string;
  query: Query;
  answer: Answer;
  /** What a 200 has. */
  found: string;
}) {
  const { path, operationId, summary, description, query, answer, found } = read;
  return createRoute({
    method: "get",
    path,
    operationId,
    tags: ["analytics"],
    summary,
    description,
    ...access("service", "user", "key:read"),
    request: { query },
    responses: {
      200: json(answer, found),
      ...problems(...callerProblems, "not_found", "validation_failed"),
    },
  });
}
