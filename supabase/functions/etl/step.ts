import type { z } from "zod";
import type { DeliveryKind } from "../_shared/intake/delivery.ts";
import { type GivenItem, type ItemGroup, itemGroup } from "../_shared/github/items.ts";
import { storable } from "../_shared/database/storable.ts";
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

/**
 * The entries of a list that are what GitHub documents. The others are handed on as they are: they become dead letters. Null is
 * an entry that GitHub could not read itself.
 */
export function readable<Schema extends z.ZodType>(schema: Schema, entries: unknown[]) {
  const items: z.output<Schema>[] = [];
  const unreadable: Record<string, unknown>[] = [];
  for (const entry of entries) {
    const result = schema.safeParse(entry);
    if (result.success) items.push(result.data);
    else if (entry !== null) unreadable.push({ unreadable: entry });
  }
  return { items, unreadable };
}

/** Entries that cannot be read, as items that the database refuses with a reason. */
export function unreadableGroup(
  { repository }: StepContext,
  kind: DeliveryKind,
  entries: Record<string, unknown>[],
): ItemGroup {
  return {
    kind,
    items: entries.map((entry) => {
      const item = { ...repository, ...entry };
      return storable(item, JSON.stringify(item));
    }),
  };
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

/** Whether something of this time may still change where its list does not show it; what is stuck for longer never will. */
export function isRecent({ startedAt }: StepContext, time: string): boolean {
  return Date.parse(startedAt) - Date.parse(time) < 30 * 86_400_000;
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
