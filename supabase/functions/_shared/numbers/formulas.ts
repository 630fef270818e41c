import { percent, ratio } from "./ratio.ts";

/** A number that several answers carry: the id of its definition, and how it is made of its sums. */
export interface Formula<Sums> {
  definition: string;
  of(sums: Sums): number | null;
}

/** Of what people decided, what they accepted, in per cent: what a configuration let through says nothing of whether it was good. */
export const acceptanceRate: Formula<{ people_accepted: number; people_rejected: number }> = {
  definition: "ai.acceptance_rate@2",
  of: ({ people_accepted, people_rejected }) =>
    percent(people_accepted, people_accepted + people_rejected),
};

/** Its version 1: of the sessions that were decided in any way, those accepted. */
export const acceptanceRateOfSessions: Formula<{ accepted: number; rejected: number }> = {
  definition: "ai.acceptance_rate@1",
  of: ({ accepted, rejected }) => percent(accepted, accepted + rejected),
};

/** Of the sessions those with a status of 400 or more, or an error, in per cent. */
export const errorRate: Formula<{ failed_sessions: number; sessions: number }> = {
  definition: "ai.error_rate@1",
  of: ({ failed_sessions, sessions }) => percent(failed_sessions, sessions),
};

/** Sessions for each hour in which a developer had one. */
export const interactionVelocity: Formula<{ sessions: number; active_hours: number }> = {
  definition: "ai.interaction_velocity@1",
  of: ({ sessions, active_hours }) => ratio(sessions, active_hours),
};

/**
 * Fresh tokens of accepted sessions that say how many they took, for each line that was accepted of them: all but those read from a cache, which
 * cost a tenth or less and are told beside it.
 */
export const tokenEfficiency: Formula<{ fresh_tokens: number; measured_lines: number }> = {
  definition: "ai.token_efficiency@2",
  of: ({ fresh_tokens, measured_lines }) => ratio(fresh_tokens, measured_lines),
};

/** Its version 1: all tokens, however often a cache gave the same ones. */
export const allTokenEfficiency: Formula<{ accepted_tokens: number; measured_lines: number }> = {
  definition: "ai.token_efficiency@1",
  of: ({ accepted_tokens, measured_lines }) => ratio(accepted_tokens, measured_lines),
};

/** Of the sessions under a model policy those whose model it allows, in per cent. */
export const modelSelectionAccuracy: Formula<
  { allowed_sessions: number; policy_sessions: number }
> = {
  definition: "ai.model_selection_accuracy@1",
  of: ({ allowed_sessions, policy_sessions }) => percent(allowed_sessions, policy_sessions),
};

/** How long a call to a model took, in milliseconds, of those that say so. */
export const meanLatency: Formula<{ latency_ms_sum: number; latency_calls: number }> = {
  definition: "ai.latency_ms@1",
  of: ({ latency_ms_sum, latency_calls }) => ratio(latency_ms_sum, latency_calls),
};

/** What sessions cost in US dollars: the sum of what is known, unknown where nothing of it is. */
export const knownCost: Formula<
  { cost_usd: number | null; sessions: number; uncosted_sessions: number }
> = {
  definition: "ai.cost_usd@1",
  of: ({ cost_usd, sessions, uncosted_sessions }) =>
    sessions > 0 && uncosted_sessions === sessions ? null : cost_usd,
};
