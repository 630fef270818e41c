import { api, useAnswer } from "./api.ts";
import { Choice } from "./components/choice.tsx";
import { useOrganization, useRange, useShared } from "./organization.tsx";
import { useView } from "./view.ts";

export const reportYears = ["2021", "2023", "2024", "2025"] as const;

/** Whose deliveries are looked at, by the names of the URL. */
export function useScope() {
  const range = useRange();
  const { view } = useView();
  // A share link shows all of it together.
  const query = useShared() === null ? view.query : {};
  return {
    ...range,
    ...(query["team"] ? { team: query["team"] } : {}),
    ...(query["repo"] ? { repository: query["repo"] } : {}),
    ...(query["environment"] ? { environment: query["environment"] } : {}),
  };
}

/** The report by whose bands it is judged. */
export function useReportYear(): typeof reportYears[number] {
  const { view } = useView();
  return reportYears.find((year) => year === view.query["year"]) ?? "2023";
}

type Filter = "team" | "repo" | "environment" | "year";

/** What deliveries can be narrowed to, and whose bands they have. */
export function Filters({ names = ["team", "repo", "environment", "year"] }: { names?: Filter[] }) {
  const { id: org_id } = useOrganization();
  const isShared = useShared() !== null;
  const { data } = useAnswer(
    ["dora-filters", org_id],
    (signal) =>
      api.GET("/v1/metrics/dora/filter-options", { params: { query: { org_id } }, signal }),
    { enabled: !isShared },
  );
  const all = { value: "", label: "all" };
  const choices = {
    team: {
      label: "Team",
      usual: "",
      options: [all, ...(data?.teams ?? []).map(({ id, name }) => ({ value: id, label: name }))],
    },
    repo: {
      label: "Repository",
      usual: "",
      options: [
        all,
        ...(data?.repositories ?? []).map((name) => ({ value: name, label: name })),
      ],
    },
    environment: {
      label: "Environment",
      usual: "production",
      options: (data?.environments.map(({ name }) => name) ?? ["production"])
        .map((name) => ({ value: name, label: name })),
    },
    year: {
      label: "Report",
      usual: "2023",
      options: reportYears.map((year) => ({ value: year, label: year })),
    },
  };
  return (
    <div class="choices">
      {names.filter((name) => !isShared || name === "year")
        .map((name) => <Choice key={name} name={name} {...choices[name]} />)}
    </div>
  );
}
