import type { Schemas } from "./api.ts";
import type { Mark } from "./components/series.tsx";

/** One mark a day of what was shipped on it. */
export function marksOf(shipped: Schemas["DashboardOverview"]["shipped"]): Mark[] {
  const days = new Map<string, string[]>();
  for (const { date, repository, name } of shipped) {
    days.set(date, [...days.get(date) ?? [], `${repository.split("/").at(-1)} ${name}`]);
  }
  return [...days].map(([date, names]) => ({
    date,
    text: names.length > 2
      ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`
      : names.join(", "),
  }));
}
