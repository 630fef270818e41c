import type { z } from "zod";
import type { DeliveryKind } from "../_shared/intake/delivery.ts";
import { type GivenItem, type ItemGroup, itemGroup } from "../_shared/github/items.ts";
import { GithubStop } from "./reader.ts";
import type { StepContext } from "./types.ts";

/** Parses what GitHub answered. Throws GithubStop when it is not what its documentation says. */
export function parsed<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const detail = `${issue?.path.join(".")}: ${issue?.message}`;
  throw new GithubStop({ why: "unexpected", detail }, result.error);
}

/** A state as it was stored, or the beginning where it is of an older version. */
export function stateOf<Schema extends z.ZodType>(
  schema: Schema,
  stored: unknown,
  beginning: z.output<Schema>,
) {
  const result = schema.safeParse(stored ?? beginning);
  return result.success ? result.data : beginning;
}

/** Items about this repository. */
export function group<Kind extends DeliveryKind>(
  { repository }: StepContext,
  kind: Kind,
  items: GivenItem<Kind>[],
): ItemGroup {
  return itemGroup(kind, repository, items);
}

/** The path of something of this repository, `commits` say. */
export function pathOf({ repository }: StepContext, what: string): string {
  return `/repos/${repository.repository}/${what}`;
}

/** The variables that name this repository in a query. */
export function named({ repository }: StepContext): { owner: string; name: string } {
  const [owner = "", name = ""] = repository.repository.split("/");
  return { owner, name };
}
