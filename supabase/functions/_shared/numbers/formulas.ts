import { percent } from "./ratio.ts";

/** A number that several answers carry: the id of its definition, and how it is made of its sums. */
export interface Formula<Sums> {
  definition: string;
  of(sums: Sums): number | null;
}

/** Of the suggestions that were decided, those accepted, in per cent; unknown ones count in neither side. */
export const acceptanceRate: Formula<{ accepted: number; rejected: number }> = {
  definition: "ai.acceptance_rate@1",
  of: ({ accepted, rejected }) => percent(accepted, accepted + rejected),
};

/** Of the sessions those with a status of 400 or more, or an error, in per cent. */
export const errorRate: Formula<{ failed_sessions: number; sessions: number }> = {
  definition: "ai.error_rate@1",
  of: ({ failed_sessions, sessions }) => percent(failed_sessions, sessions),
};
