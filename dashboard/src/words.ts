/** Why a number is unknown, and what makes it known. */
export interface Reason {
  why: string;
  todo: string;
}

const track = "Send events with an ingest key: Settings, Keys.";
const deployments = "Connect GitHub, or post deployments with an ingest key.";
const pullRequests = "Connect GitHub, so that pull requests are read.";
const wait = "It comes by itself.";

/** Every reason that the API gives, once. */
const reasons: Record<string, Reason> = {
  no_data: {
    why: "Nothing was reported in this range.",
    todo: "Choose a longer range, or look whether the source still sends.",
  },
  no_previous: { why: "Nothing is known of the range before.", todo: wait },
  new: { why: "There was nothing before: from none to some has no percentage.", todo: wait },
  not_begun: { why: "The range has not begun.", todo: "Choose an earlier range." },
  not_kept: {
    why: "Your organization no longer keeps what this is counted from.",
    todo: "Choose a later range. Owners say for how long rows are kept.",
  },
  no_limit: {
    why: "Nobody has said how large the database may become.",
    todo: "Set DATABASE_LIMIT_MB where the functions run.",
  },
  no_samples: { why: "The size was not measured on two days yet.", todo: wait },
  not_growing: { why: "The database does not grow.", todo: "Nothing: this is good." },
  to_come: { why: "The day has not come.", todo: wait },
  not_over: { why: "The period is not over.", todo: wait },
  no_events: { why: "No event has arrived in this range.", todo: track },
  no_persons: { why: "Nobody did this in the range.", todo: track },
  hidden_group: {
    why: "The group is smaller than your organization shows.",
    todo: "Owners set the smallest group in Settings.",
  },
  no_deployments: { why: "No deployment is known.", todo: deployments },
  no_changes: { why: "No deployed change is known in this range.", todo: deployments },
  no_failures: {
    why: "No deployment failed, so none had to recover.",
    todo: "Nothing: this is good.",
  },
  no_incidents: {
    why: "No incident is known.",
    todo: "Post incidents, or name a label of issues that are incidents.",
  },
  no_incident_source: {
    why: "Nothing could report an incident yet.",
    todo: "Post incidents, or name a label of issues that are incidents.",
  },
  all_pending: { why: "Every deployment is too young to know whether it holds.", todo: wait },
  all_open: { why: "Every incident is still open.", todo: wait },
  only_negative_spans: {
    why: "Every span would be negative, so none is counted.",
    todo: "Look at the clocks of what reports them.",
  },
  only_first_deployment: {
    why: "All of it came with the first known deployment, and may have been out long before.",
    todo: wait,
  },
  no_sessions: {
    why: "No call to a model is known in this range.",
    todo: "Send AI sessions: Settings, Keys.",
  },
  no_decisions: {
    why: "No session says whether its answer was taken.",
    todo: "Send `accepted` with sessions.",
  },
  only_automatic_decisions: {
    why: "Everything was accepted by configuration, nothing decided by a person.",
    todo: wait,
  },
  no_calls: {
    why: "No call to a model is known in this range.",
    todo: "Send AI sessions: Settings, Keys.",
  },
  no_failed_calls: { why: "No call failed in this range.", todo: wait },
  no_first_token_time: {
    why: "No call says when its first token came.",
    todo: "Send `ttft_ms` with calls that are streamed.",
  },
  no_policy: { why: "No repository has a model policy.", todo: "Set one for a repository." },
  no_accepted_lines: {
    why: "No session says how many lines were taken.",
    todo: "Send `lines_accepted` with sessions.",
  },
  no_tokens: {
    why: "No session says how many tokens it took.",
    todo: "Send the usage of the model's answer with calls; streams often leave it out.",
  },
  no_pull_requests: { why: "No pull request is known.", todo: pullRequests },
  no_commits: { why: "No commit on a default branch is known in this range.", todo: pullRequests },
  no_cost: { why: "No session's cost is known.", todo: "Set prices of the models that are used." },
  uncosted: {
    why: "How many tokens it took, or what its model costs, is not known.",
    todo: "Send the usage of the model's answer, or set a price: AI, Prices.",
  },
  all_alike: { why: "The weeks before were all alike, so any change is unusual.", todo: "" },
  as_input: {
    why: "It has no price of its own.",
    todo: "It costs as much as input.",
  },
  no_latency: {
    why: "No session says how long it took.",
    todo: "Send `latency_ms` with sessions.",
  },
  no_reviews: { why: "No human review is known in this range.", todo: pullRequests },
  no_complete_week: {
    why: "No whole week lies in the range and is over.",
    todo: "Choose a longer range.",
  },
  no_tiers: { why: "The report of this year has no tiers.", todo: "Choose another report year." },
  unordered_tiers: {
    why: "The tiers of this report have no order.",
    todo: "Choose another report year.",
  },
  not_in_report: {
    why: "This report does not judge this metric.",
    todo: "Choose another report year.",
  },
  window_too_short: { why: "The range is too short to judge it.", todo: "Choose a longer range." },
  too_short: { why: "There are too few weeks to go by.", todo: wait },
  too_many_gaps: { why: "Too many weeks have no number.", todo: wait },
  too_few_pairs: { why: "Fewer than six days have both numbers.", todo: "Choose a longer range." },
  constant: { why: "One of both never changes.", todo: "Choose a longer range." },
  first_step: { why: "Nothing is before the first step.", todo: "" },
  several_groups: { why: "Each group has its own number.", todo: "" },
  not_asked: { why: "So far was not asked for.", todo: "Ask for more periods." },
  not_additive: { why: "Such numbers cannot be added up.", todo: "" },
  not_posted: {
    why: "Nobody has posted this number.",
    todo: "Post it, or connect what measures it.",
  },
  not_reported: {
    why: "The source does not say it.",
    todo: "Look whether the source can send it.",
  },
};

/** Why a number is null, in words. */
export function reasonOf(code: string): Reason {
  return reasons[code] ?? { why: `Unknown: ${code.replaceAll("_", " ")}.`, todo: "" };
}

/** Whether the dictionary has a reason. */
export function knowsReason(code: string): boolean {
  return code in reasons;
}

/** What numbers mean, by their definition's id without its version. */
const definitions: Record<string, string> = {
  "tiles.sum": "The sum of the values posted for this metric on the days of the range.",
  "analytics.active_users":
    "Distinct persons with an event on a day; WAU and MAU look 7 and 30 days back. Stickiness is DAU ÷ MAU.",
  "analytics.events": "Events received, each counted once, by the organization's days.",
  "analytics.retention":
    "Of the persons who began in a period, the share that came back in each period after it.",
  "analytics.funnel":
    "A person passes a step when its event comes after the step before, within the window of the first.",
  "analytics.flow": "What persons did next, by the order in which they did it.",
  "dora.deployment_frequency": "Successful deployments to production per day.",
  "dora.lead_time": "From a commit to the first deployment that contains it; the median.",
  "dora.change_failure_rate":
    "Deployments with an incident ÷ deployments old enough to know, in %.",
  "dora.recovery_time":
    "From a failed deployment to the end of its incident; the median. Open incidents are counted apart.",
  "dora.incident_duration": "From the beginning of an incident to its end; the median.",
  "dora.rework_rate": "Unplanned deployments that an incident caused ÷ deployments, in %.",
  "ai.interaction_velocity": "Sessions ÷ hours in which a developer had one.",
  "ai.acceptance_rate":
    "Accepted ÷ (accepted + rejected) decisions of people, in %. Automatic ones are told beside it.",
  "ai.model_selection_accuracy":
    "Sessions with a model that the repository's policy allows ÷ sessions under a policy, in %.",
  "ai.error_rate": "Sessions that failed ÷ sessions, in %.",
  "ai.token_efficiency":
    "Fresh tokens of accepted sessions, those from caches left out, ÷ the lines they brought.",
  "ai.cache_hit_share": "Tokens of prompts that a cache gave ÷ all tokens of prompts, in %.",
  "ai.failed_cost_usd": "What calls cost that failed.",
  "ai.retry_share": "Failed calls that their session tried again within a minute, in %.",
  "ai.ttft_ms_p50": "Until the first token of an answer came; the median.",
  "ai.ttft_ms_p95": "Until the first token of an answer came; 95 % were faster.",
  "ai.cost_per_accepted_line": "Cost of sessions ÷ the lines that were accepted of them.",
  "ai.month_cost_forecast":
    "What the month has cost and its days left are forecast to, by what did best in a backtest.",
  "ai.cost_change":
    "The change of cost by volume, models, caches, length of answers and price, which add up to it.",
  "ai.spend": "Sessions that began in the range, by agent, model, team, repository or developer.",
  "ai.pr_throughput": "Pull requests merged ÷ weeks of the range.",
  "ai.commit_frequency": "Commits on default branches ÷ days with one.",
  "ai.pr_merge_time_hours": "From opening a pull request to its merge; the median.",
  "ai.rework_rate":
    "Merged pull requests taken back, or opened again within 21 days ÷ merged, in %.",
  "metrics.timeline": "A posted metric by day, week or month, put together as its definition says.",
  "digest.weekly": "The last completed week, Monday to Sunday, in the organization's time zone.",
  "analytics.sessions": "A person's events with gaps of less than 30 minutes.",
  "analytics.breakdown":
    "Persons and events by age group, gender or a property; small groups are hidden.",
  "analytics.properties": "The values that a property has in the latest events.",
  "analytics.person": "One person's events, the newest first.",
  "analytics.drops": "Events that were refused or dropped, by reason and day.",
  "dora.forecast":
    "The coming weeks out of the complete ones before, with the error that the same method had in the past.",
  "github.first_review_time":
    "From opening a pull request, or from when it was ready, to its first review; the median.",
  "github.review_time": "From the first review of a pull request to its merge; the median.",
  "github.merge_time": "From opening a pull request to its merge; the median.",
  "github.size": "Lines added and deleted by a pull request; the median.",
  "github.rework_commits": "Commits of people that were authored after the first review.",
  "github.review_cycles": "Rounds of review; reviews with no new commit between them are one.",
  "github.comments": "Comments on a pull request, as many as were reported.",
  "github.coverage": "Lines that tests run, as posted, in %.",
  "github.complexity": "Complexity, as posted.",
  "github.bus_factor": "The smallest number of people who wrote more than half.",
  "ai.profile": "What one developer did with models.",
  "ai.sessions": "Calls to models that belong together.",
  "ai.tokens": "Tokens in and out, as the sources report them.",
  "ai.cost_usd":
    "What sessions cost, as reported, else by the price list. Sessions whose cost nobody knows are counted beside it.",
  "ai.latency_ms": "How long a call to a model took, of those that say so; the mean.",
  "ai.yield": "What sessions cost by what became of the pull requests that their commits are in.",
  "ai.cost_per_merged_pull_request":
    "What the sessions of merged pull requests cost, for each of them.",
  "ai.cost_per_deployment":
    "What the sessions of deployed pull requests cost, for each deployment.",
  "insights.daily_series":
    "A number by day: counts are 0 on silent days, rates and medians are unknown there.",
  "insights.correlation": "How two daily series go together, with the number of tests told.",
  "insights.anomaly": "A day far from the same weekday of the eight weeks before.",
};

/** What a definition says, by its id with or without version. */
export function definitionOf(id: string): string {
  return definitions[id.split("@")[0] ?? ""] ?? "See the page on numbers in the documentation.";
}

/** Whether the dictionary has a definition, by its id with or without version. */
export function hasDefinition(id: string): boolean {
  return (id.split("@")[0] ?? "") in definitions;
}
