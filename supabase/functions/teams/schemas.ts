import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../_shared/http/fields.ts";
import { listSchema } from "../_shared/http/answers.ts";
import { PageQuery } from "../_shared/http/pagination.ts";
import { query } from "../_shared/http/query.ts";
import { name, OrganizationId, OrganizationQuery } from "../_shared/http/schemas.ts";

const exampleId = "00000000-0000-4000-8000-0000000000c1";
const login = name(200).toLowerCase();

export const TeamPath = z.object({
  id: z.guid("is not a UUID").openapi({
    param: { name: "id", in: "path" },
    description: "The team.",
    example: exampleId,
  }),
});

export const TeamMemberPath = TeamPath.extend({
  login: login.openapi({ param: { name: "login", in: "path" }, example: "octocat" }),
});

export const TeamsQuery = query({ ...PageQuery.shape, org_id: OrganizationQuery });

export const TeamRepositoryQuery = query({
  repository: name(200).openapi({ description: "Its name.", example: "acme/shop" }),
});

const teamName = name(100).openapi({ example: "Checkout" });

export const NewTeamBody = z.strictObject({ org_id: OrganizationId, name: teamName }).openapi(
  "NewTeam",
);
export const TeamChanges = z.strictObject({ name: teamName }).openapi("TeamChanges");

export const TeamSchema = z.object({
  id: idField,
  org_id: idField,
  name: z.string(),
  created_at: timeField,
  members: z.array(z.string()).openapi({
    description: "The logins, or addresses, that their commits carry.",
  }),
  repositories: z.array(z.string()),
}).openapi("Team", {
  example: {
    id: exampleId,
    org_id: "00000000-0000-4000-8000-0000000000a1",
    name: "Checkout",
    created_at: "2026-11-16T16:00:00Z",
    members: ["octocat"],
    repositories: ["acme/shop"],
  },
});

export const StoredTeamsSchema = z.object({ total_count: z.int(), teams: z.array(TeamSchema) });
export const TeamsSchema = listSchema(TeamSchema).openapi("Teams");
