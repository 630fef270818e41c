import { z } from "@hono/zod-openapi";
import { type Db, orNull, rpc } from "../database/db.ts";
import type { Json } from "../database/database.types.ts";
import { name } from "../http/schemas.ts";

/** A kind of thing that delivery is made of, as `store_delivery` names it. */
export type DeliveryKind = keyof typeof deliveryItems;

/** What is said of one such thing; what is left out is left as it is known. */
export type DeliveryItem<Kind extends DeliveryKind> = z.output<(typeof deliveryItems)[Kind]>;

/** What became of items: how many are stored, of how many of them nothing was news, and which were refused. */
export type StoredDelivery = z.output<typeof StoredSchema>;

/**
 * Stores items of one kind, in any order and any number of times; a bad one costs no other.
 * `orgId` may be undefined for a caller who belongs to one organization.
 * @throws Problem 403 or 404 unless the caller may write there.
 */
export function storeDelivery<Kind extends DeliveryKind>(
  db: Db,
  orgId: string | undefined,
  kind: Kind,
  items: DeliveryItem<Kind>[],
): Promise<StoredDelivery> {
  // What its schema has parsed is JSON, which the type of a schema cannot say.
  const args = {
    p_org_id: orNull(orgId),
    p_kind: kind,
    p_items: items as Json,
    p_count_duplicates: true,
  };
  return rpc(db, "store_delivery", args, StoredSchema);
}

const StoredSchema = z.object({
  stored: z.int(),
  duplicates: z.int(),
  rejected: z.array(z.object({
    index: z.int(),
    code: z.enum(["validation_failed", "unknown_pull_request"]),
    message: z.string(),
  })),
});

/** RFC 3339, with the offset it was written in or `Z`. */
const time = z.iso.datetime({ offset: true }).openapi({ example: "2026-11-16T09:30:00Z" });
const sha = z.string().toLowerCase().regex(/^[0-9a-f]{7,64}$/, "must be a commit's hash, in full")
  .openapi({ example: "9fceb02d0ae598e95dc970b74767f19372d61af8" });
const externalId = name(200).openapi({ example: "4711" });
const person = name(200).openapi({
  description: "The login, or the e-mail address, of whoever it was.",
  example: "octocat",
});
const count = z.int().min(0).max(2_147_483_647);
const flag = z.boolean();
const link = z.url({ protocol: /^https?$/, error: "is no http address" }).max(2000, "is too long");

const ofRepository = {
  repository: name(200).openapi({ example: "acme/shop" }),
  repository_github_id: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional().openapi({
    description: "GitHub's number of the repository: with it, a rename is seen as one.",
  }),
};

const ownCommit = {
  sha,
  author: person.transform((login) => login.toLowerCase()).optional(),
  is_bot: flag.optional(),
  authored_at: time,
  headline: line(500).optional(),
};

const commit = z.strictObject({
  ...ofRepository,
  ...ownCommit,
  committed_at: time,
  parents: z.array(sha).max(100, "are more than 100").optional().openapi({
    description: "What it is built on. A deployment contains its commit and all that is built on.",
  }),
  additions: count.optional(),
  deletions: count.optional(),
  on_default_branch: flag.optional(),
}).openapi("DeliveryCommit");

const pullRequest = z.strictObject({
  ...ofRepository,
  external_id: externalId,
  title: line(500).optional(),
  author: person.transform((login) => login.toLowerCase()).optional(),
  is_bot: flag.optional(),
  state: z.enum(["open", "closed", "merged"], "is none of open, closed, merged"),
  draft: flag.optional(),
  base_branch: name(255).optional(),
  head_branch: name(255).optional(),
  head_sha: sha.optional(),
  from_fork: flag.optional(),
  created_at: time,
  ready_at: time.optional().openapi({ description: "When it was last taken out of draft." }),
  first_commit_at: time.optional().openapi({
    description: "When work on it began; without it, when the first of its commits was authored.",
  }),
  merged_at: time.optional().openapi({ description: "Required of one that is merged." }),
  closed_at: time.optional(),
  reopened_at: time.optional(),
  updated_at: updatedAt(),
  merge_commit_sha: sha.optional().openapi({
    description:
      "The commit that it became on its base branch: a merge, a squash, or the last of a rebase.",
  }),
  merge_method: z.enum(["merge", "squash", "rebase"], "is none of merge, squash, rebase")
    .optional(),
  reverts: externalId.optional().openapi({ description: "The pull request that it takes back." }),
  additions: count.optional(),
  deletions: count.optional(),
  changed_files: count.optional(),
  commit_count: count.optional(),
  comment_count: count.optional(),
  commits: z.array(z.strictObject({ ...ownCommit, committed_at: time.optional() }))
    .max(1000, "are more than 1000").optional().openapi({
      description: "All its commits as they were on its branch. The list replaces the one before.",
    }),
}).superRefine(({ state, merged_at }, context) => {
  if ((state === "merged") === (merged_at !== undefined)) return;
  const message = state === "merged"
    ? "is required of a merged one"
    : "goes with state merged only";
  context.addIssue({ code: "custom", path: ["merged_at"], message });
}).openapi("DeliveryPullRequest");

const review = z.strictObject({
  ...ofRepository,
  pull_request: externalId.openapi({ description: "The external_id of its pull request." }),
  external_id: externalId,
  reviewer: person.transform((login) => login.toLowerCase()).optional(),
  is_bot: flag.optional(),
  state: z.enum(
    ["approved", "changes_requested", "commented", "dismissed"],
    "is none of approved, changes_requested, commented, dismissed",
  ),
  submitted_at: time,
}).openapi("DeliveryReview");

const deployment = z.strictObject({
  ...ofRepository,
  external_id: externalId,
  environment: environment(),
  sha: sha.optional().openapi({ description: "What was deployed. Without it, no lead time." }),
  ref: name(255).optional(),
  status: z.enum(
    ["pending", "success", "failure", "cancelled"],
    "is none of pending, success, failure, cancelled",
  ),
  pipeline_id: name(200).optional().openapi({
    description: "The run it was part of: several deployments of one run count once.",
  }),
  created_at: time,
  finished_at: time.optional().openapi({
    description: "When it ended, if it has; without it, updated_at, or else created_at.",
  }),
  incident: externalId.optional().openapi({
    description:
      "The incident that it answers, which makes it unplanned unless is_unplanned says otherwise.",
  }),
  is_unplanned: flag.optional().openapi({
    description: "Whether a production incident caused it: a hotfix or a rollback.",
  }),
  is_production: flag.optional().openapi({
    description:
      "Whether its environment is production. Without it the name decides, by the organization's production_environments.",
  }),
  url: link.optional(),
  updated_at: updatedAt(),
}).openapi("DeliveryDeployment");

const incident = z.strictObject({
  ...ofRepository,
  external_id: externalId,
  title: line(500).optional(),
  severity: name(50).optional(),
  environment: environment(),
  began_at: time.optional().openapi({ description: "Defaults to created_at." }),
  created_at: time,
  resolved_at: time.nullable().optional().openapi({
    description: "Null, together with updated_at, says that it is open again.",
  }),
  deployment: externalId.optional().openapi({ description: "The deployment that caused it." }),
  commit: sha.optional().openapi({ description: "The commit that caused it." }),
  url: link.optional(),
  withdrawn: flag.optional().openapi({
    description: "True when it turned out to be no incident: it is in no number until it is false.",
  }),
  updated_at: updatedAt(),
}).openapi("DeliveryIncident");

const release = z.strictObject({
  ...ofRepository,
  external_id: externalId,
  tag: name(255),
  name: line(500).optional(),
  prerelease: flag.optional(),
  published_at: time,
});

const repository = z.strictObject({
  ...ofRepository,
  default_branch: name(255).optional(),
  archived: flag.optional(),
});

/** The branches there are; `complete` says that there are no others. One item for each repository. */
const branches = z.strictObject({
  ...ofRepository,
  names: z.array(z.strictObject({ name: name(255), sha, last_commit_at: time.optional() })),
  complete: flag.optional(),
});

/** A push to the default branch; one that was forced names the head it replaced. */
const defaultBranchHead = z.strictObject({
  ...ofRepository,
  before: sha.optional(),
  sha,
  forced: flag.optional(),
});

/** The schema of an item of each kind. */
export const deliveryItems = {
  repository,
  commit,
  pull_request: pullRequest,
  review,
  deployment,
  incident,
  release,
  branches,
  default_branch_head: defaultBranchHead,
};

/** One line of text for people: what cannot be stored or shown becomes a space, what is too long is cut. */
function line(maxLength: number) {
  return z.string().transform((value) => {
    // deno-lint-ignore no-control-regex -- control characters are what is replaced
    const clean = value.replace(/[\u0000-\u001f\u007f]+|\p{Surrogate}/gu, " ").trim();
    return [...clean.slice(0, maxLength * 2)].slice(0, maxLength).join("");
  }).openapi({ type: "string" });
}

function updatedAt() {
  return time.optional().openapi({
    description: "Of two words about one thing the newer counts; without it, the later to arrive.",
  });
}

function environment() {
  return name(100).toLowerCase().optional().openapi({
    description:
      "Defaults to production, which is what the metrics are about unless asked otherwise.",
    example: "production",
  });
}
