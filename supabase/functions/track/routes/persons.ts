import { createRoute } from "@hono/zod-openapi";
import { type App, checked, json, jsonBody, type RequestContext } from "../../_shared/http/app.ts";
import { invalid } from "../../_shared/http/problem.ts";
import { destinationOf } from "../../_shared/intake/destination.ts";
import { Rejection } from "../../_shared/intake/rejection.ts";
import { judgeAlias, judgeGroup, judgeIdentify } from "../native.ts";
import { outcomeOf } from "../outcome.ts";
import { trackers, trackProblems } from "../request.ts";
import { AliasBody, ChangeResult, GroupBody, IdentifyBody } from "../schemas.ts";
import { changePersons } from "../store.ts";
import type { PersonChange } from "../types.ts";

const responses = { 200: json(ChangeResult, "Known from now on"), ...trackProblems };

const identify = createRoute({
  method: "post",
  path: "/identify",
  operationId: "identifyPerson",
  tags: ["track"],
  summary: "Say who somebody is",
  description:
    "Joins what `anonymous_id` did to `user_id`, unless that id is known to be somebody else's, and keeps traits, age and " +
    "gender. Earlier events count under the new age group and gender. A signed-in person is themselves without `user_id`.",
  ...trackers(),
  request: { body: jsonBody(IdentifyBody) },
  responses,
});

const alias = createRoute({
  method: "post",
  path: "/alias",
  operationId: "aliasPerson",
  tags: ["track"],
  summary: "Say that two ids are one person's",
  description: "What `previous_id` did, a user id or an anonymous one, becomes what `user_id` did.",
  ...trackers(),
  request: { body: jsonBody(AliasBody) },
  responses,
});

const group = createRoute({
  method: "post",
  path: "/group",
  operationId: "groupPerson",
  tags: ["track"],
  summary: "Say that somebody belongs to a group",
  description: "Kept as the person's trait `$groups`, an object of traits by group id.",
  ...trackers(),
  request: { body: jsonBody(GroupBody) },
  responses,
});

/** `POST /track/identify`, `/track/alias` and `/track/group` */
export function postPersons(app: App): void {
  app.openapi(identify, async (c) => {
    const { org_id, ...body } = c.req.valid("json");
    return c.json(await change(c, org_id, judgeIdentify(body, told(c))), 200);
  });
  app.openapi(alias, async (c) => {
    const { org_id, ...body } = c.req.valid("json");
    return c.json(await change(c, org_id, judgeAlias(body, isOwn(c))), 200);
  });
  app.openapi(group, async (c) => {
    const { org_id, ...body } = c.req.valid("json");
    return c.json(await change(c, org_id, judgeGroup(body, told(c))), 200);
  });
}

function isOwn(c: RequestContext): boolean {
  return c.get("caller").kind === "user";
}

function told(c: RequestContext) {
  return { isOwn: isOwn(c), now: Date.now(), skew: 0 };
}

async function change(
  c: RequestContext,
  orgId: string | undefined,
  judged: PersonChange | Rejection,
) {
  const to = destinationOf(c, orgId);
  const results = judged instanceof Rejection ? [judged] : await changePersons(to, [judged]);
  const [result] = results;
  if (result instanceof Rejection) throw invalid(result.path || "body", result.reason);
  return checked(ChangeResult, outcomeOf(results));
}
