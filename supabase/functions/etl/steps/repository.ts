import { z } from "zod";
import { itemGroup } from "../../_shared/github/items.ts";
import { parsed, stateOf } from "../step.ts";
import type { Page, Reader } from "../types.ts";

/** What is known of the repository itself. */
export const RepositoryState = z.object({
  etag: z.string().optional(),
  id: z.int(),
  full_name: z.string(),
  default_branch: z.string(),
});
export type RepositoryState = z.output<typeof RepositoryState>;

const GithubRepository = z.object({
  id: z.int(),
  full_name: z.string(),
  default_branch: z.string().default("main"),
  archived: z.boolean().default(false),
});

/**
 * Reads the repository: by its number once that is known, because its name may be another's by now. The first time a name
 * that was given up still leads to it. Answers the page to store, if anything is new, and what holds either way. What an
 * earlier call of the same run has read is fresh.
 */
export async function readRepository(
  github: Reader,
  job: { repository: string; repository_github_id: number | null },
  stored: unknown,
  { isFresh }: { isFresh: boolean },
): Promise<{ page: Page | null; state: RepositoryState }> {
  const known = stateOf(RepositoryState.nullable(), stored, null);
  if (isFresh && known !== null) return { page: null, state: known };
  const path = job.repository_github_id === null
    ? `/repos/${job.repository}`
    : `/repositories/${job.repository_github_id}`;
  const answer = await github.get(path, known?.etag);
  if (answer === null && known !== null) return { page: null, state: known };
  const { archived, ...found } = parsed(GithubRepository, answer?.data);
  const state = { ...found, ...(answer?.etag ? { etag: answer.etag } : {}) };
  const { default_branch } = found;
  const about = { repository: found.full_name, repository_github_id: found.id };
  const page = {
    groups: [itemGroup("repository", about, [{ default_branch, archived }])],
    state,
    read: 1,
    total: 1,
    repository: { full_name: found.full_name, github_id: found.id },
  };
  return { page, state };
}
