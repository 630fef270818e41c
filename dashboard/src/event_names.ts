import { api, useAnswer } from "./api.ts";
import { useRange } from "./organization.tsx";

/** The names of events of the range, the most frequent first, for choices. */
export function useEventNames(): string[] {
  const range = useRange();
  const query = { ...range, compare: "none" as const, page_size: 100 };
  const { data } = useAnswer(
    ["event-names", query],
    (signal) => api.GET("/v1/analytics/events", { params: { query }, signal }),
  );
  return data?.items.map(({ event }) => event) ?? [];
}
