import type { z } from "zod";
import type { DeliveryKind } from "../_shared/intake/delivery.ts";
import {
  type GivenItem,
  type ItemGroup,
  itemGroup,
  type ItemRepository,
} from "../_shared/github/items.ts";
import type { JobSettings } from "../_shared/github/settings.ts";
import { GithubStop, type Reader } from "./reader.ts";

/** What every step works with. */
export interface StepContext {
  github: Reader;
  /** The repository as GitHub names it today. */
  repository: ItemRepository;
  defaultBranch: string;
  settings: JobSettings;
  /** When the run began, by the database's clock. */
  startedAt: string;
}

/** A page that a step has read: what to store, and the state to go on from once it is stored. */
export interface Page {
  groups: ItemGroup[];
  state: Record<string, unknown>;
  /** How much of what the step counts this page has. */
  read: number;
  /** How many there are in all, when GitHub says and all are read. */
  total: number | null;
  repository?: { full_name: string; github_id: number };
  forgetBranchesBefore?: string;
}

/**
 * Reads one kind of thing, page by page, from where an earlier run or a dead worker has come to. A step that finds nothing
 * new reads no page at all. Nothing may be read before the page before is stored.
 */
export type Step = (context: StepContext, state: unknown) => AsyncGenerator<Page, void>;

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
