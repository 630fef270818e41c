/** Who did something, as delivery's tables name them. */
export interface Identity {
  author?: string;
  is_bot: boolean;
}

/** What GitHub says of somebody: an account if it knows one, and what the commit itself says. */
export interface Given {
  login?: string | null | undefined;
  /** `Bot` for apps; GraphQL leaves the `[bot]` off their logins, everything else has it. */
  type?: string | null | undefined;
  name?: string | null | undefined;
  email?: string | null | undefined;
}

/** The login, else the e-mail address, in lower case; GitHub's no-reply addresses contain the login. */
export function identityOf({ login, type, name, email }: Given): Identity {
  const isBot = type === "Bot" ||
    [login, name, email].some((text) => text?.toLowerCase().includes("[bot]"));
  const account = login ?? noReplyLogin.exec(email ?? "")?.[1];
  const named = account && type === "Bot" && !account.endsWith("[bot]")
    ? `${account}[bot]`
    : account;
  const author = (named ?? email)?.trim().toLowerCase();
  return { ...(author ? { author } : {}), is_bot: isBot };
}

/** The number of the pull request that this one takes back, as GitHub's Revert button writes it. */
export function revertedNumber(
  title: string,
  body: string | null | undefined,
  repository: string,
): string | undefined {
  if (!/^revert\b/i.test(title)) return undefined;
  const [, where, number] = /^\s*reverts\s+([\w.-]+\/[\w.-]+)?#(\d+)/im.exec(body ?? "") ?? [];
  const isHere = where === undefined || where.toLowerCase() === repository.toLowerCase();
  return isHere ? number : undefined;
}

/** The run of GitHub Actions that a link leads to: several deployments of one count once. */
export function pipelineOf(...links: (string | null | undefined)[]): string | undefined {
  for (const link of links) {
    const run = /\/actions\/runs\/(\d+)/.exec(link ?? "")?.[1];
    if (run !== undefined) return run;
  }
  return undefined;
}

/**
 * What an issue says caused it, on a line of its own: `Deployment: 123`, `Caused by commit: 1a2b3c4`, `**Root cause:** 1a2b3c4`, or the
 * address of a commit.
 */
export function namedCause(body: string | null | undefined): {
  deployment?: string;
  commit?: string;
} {
  const lines = (body ?? "").split("\n").map(withoutMarkdown);
  const deployment = firstFound(lines, deploymentLine);
  const commit = firstFound(lines, commitLine)?.toLowerCase();
  return { ...(deployment ? { deployment } : {}), ...(commit ? { commit } : {}) };
}

/** The severity that a label gives: `severity: high`, `severity/1`, `sev-2`. */
export function severityOf(labels: string[]): string | undefined {
  for (const label of labels) {
    const [, named, number] = severityLabel.exec(label.trim()) ?? [];
    const severity = named ?? number;
    if (severity !== undefined) return severity.toLowerCase();
  }
  return undefined;
}

/** The outcome of a workflow run that deploys, in the words of delivery's tables. */
export function runOutcome(status: string | null, conclusion: string | null): DeploymentState {
  if (status !== "completed" || conclusion === null) return "pending";
  if (conclusion === "success") return "success";
  return failures.includes(conclusion) ? "failure" : "cancelled";
}

export type DeploymentState = "pending" | "success" | "failure" | "cancelled";

/** A review's state in the words of delivery's tables; undefined for one that is not submitted. */
export function reviewState(state: string): ReviewState | undefined {
  return reviewStates.find((known) => known === state.toLowerCase());
}

const reviewStates = ["approved", "changes_requested", "commented", "dismissed"] as const;
export type ReviewState = typeof reviewStates[number];

/** The first line of a commit's message. */
export function headlineOf(message: string): string {
  return message.split("\n", 1)[0] ?? "";
}

const failures = ["failure", "timed_out", "startup_failure"];

const severityLabel = /^sev(?:erity)?(?:[\s:/_-]+(\S.{0,49})|(\d))$/i;

const noReplyLogin = /^(?:\d+\+)?([a-z\d-]+(?:\[bot\])?)@users\.noreply\.github\.com$/i;

const deploymentLine = /^(?:caused[ -]by[ :]*)?deployment\s*[:=]?\s+#?([\w/.-]{1,200})$/i;

/** `commit` may be left out after `root cause` or `caused by`, unless what follows is a number, which may be anything. */
const commitLine = new RegExp(
  "^(?:" +
    "(?:(?:root[ -]cause|caused[ -]by)[ :]*)?commit\\s*[:=]?\\s+(?:https?://\\S+/commits?/)?|" +
    "(?:root[ -]cause|caused[ -]by)\\s*[:=]?\\s+(?:https?://\\S+/commits?/|(?=\\d*[a-f]))" +
    ")([0-9a-f]{7,64})/?$",
  "i",
);

/** A line without emphasis, quotes and bullets, a link as where it leads. */
function withoutMarkdown(line: string): string {
  return line.replaceAll(/[*`]/g, "").replace(/\[[^[\]]{0,200}\]\((\S{1,500})\)/, "$1")
    .replace(/^[\s>#-]+/, "").trimEnd();
}

function firstFound(lines: string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
