import type { ItemGroup, ItemRepository } from "../_shared/github/items.ts";
import type { JobSettings } from "../_shared/github/settings.ts";

/** One answer of the REST API. */
export interface RestAnswer {
  data: unknown;
  etag: string | undefined;
  /** The number of the last page of a list, as the `Link` header has it; 1 without one. */
  lastPage: number;
  hasNext: boolean;
}

/** Reads GitHub one request at a time, and counts what it spends. */
export interface Reader {
  /** How many requests were sent since this was last asked, retries and 304s included. */
  spent(): number;
  /** Reads a path; null when nothing has changed since `etag`, which costs no quota. */
  get(path: string, etag?: string): Promise<RestAnswer | null>;
  /** Runs a GraphQL query. */
  query(text: string, variables: Record<string, unknown>): Promise<unknown>;
}

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
