import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { type App, json, problems } from "../../_shared/http/app.ts";
import { callerProblems, serviceOnly } from "../../_shared/http/access.ts";
import { callerDb } from "../../_shared/http/auth.ts";
import { rpc } from "../../_shared/database/db.ts";
import { env } from "../../_shared/http/env.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { EmailSchema } from "../../_shared/http/schemas.ts";

const SeedResult = z.object({ created: z.boolean() })
  .openapi("SeedResult", { example: { created: true } });

const route = createRoute({
  method: "post",
  path: "/seed-user",
  operationId: "seedUser",
  tags: ["dev"],
  summary: "Create a person to post numbers for",
  description:
    "With an organization of their own. Only where `ENVIRONMENT=development`; elsewhere it is a 404.",
  ...serviceOnly,
  middleware: [inDevelopment(), ...serviceOnly.middleware],
  request: { query: z.object({ email: EmailSchema }) },
  responses: {
    200: json(SeedResult, "Whether the person is new"),
    ...problems(...callerProblems, "not_found", "validation_failed"),
  },
});

/** Registers `POST /dev/seed-user`. */
export function seedUser(app: App): void {
  app.openapi(route, async (c) => {
    const { email } = c.req.valid("query");
    return c.json(await rpc(callerDb(c), "seed_user", { p_email: email }, SeedResult), 200);
  });
}

/** Elsewhere there is no such route, whoever asks. */
function inDevelopment(): MiddlewareHandler {
  return async (_c, next) => {
    if (env().ENVIRONMENT !== "development") throw new Problem("not_found", "No such route");
    await next();
  };
}
