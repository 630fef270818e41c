import { invalid, Problem } from "../_shared/http/problem.ts";

/** What SQL calls parameters, which is how the first clients send them, and what they are called now. */
const names: Record<string, string> = {
  start_date: "start",
  end_date: "end",
  feature_name: "event",
};

/** A problem that SQL has with a parameter, by the name that the request gave it. */
export function inWordsOf(query: Record<string, string>, error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== "validation_failed") return error;
  const [fault] = error.extra.errors ?? [];
  const name = fault && names[fault.path];
  return fault && name && !(fault.path in query) ? invalid(name, fault.message) : error;
}
