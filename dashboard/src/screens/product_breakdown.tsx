import { api, type Schemas, useAnswer } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Failed } from "../components/failed.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { measure, number } from "../format.ts";
import { useOrganization, useRange, useShared } from "../organization.tsx";
import { useView } from "../view.ts";

/** Who did it, by age group, gender or a property of the event. */
export function Breakdown({ event }: { event: string | undefined }) {
  const range = useRange();
  const { view } = useView();
  const properties = useProperties(event);
  const by = view.query["by"] ?? "age_group";
  const property = by.startsWith("property:") ? by.slice("property:".length) : null;
  const query = {
    ...range,
    compare: "none" as const,
    breakdown: property !== null
      ? "property" as const
      : by === "gender"
      ? "gender" as const
      : "age_group" as const,
    ...(property === null ? {} : { property }),
    ...(event ? { event } : {}),
  };
  const groups = useAnswer(
    ["breakdown", query],
    (signal) => api.GET("/v1/analytics/breakdown", { params: { query }, signal }),
  );
  const options = [
    { value: "age_group", label: "age group" },
    { value: "gender", label: "gender" },
    ...properties.map((name) => ({ value: `property:${name}`, label: name })),
  ];
  return (
    <section class="card" aria-labelledby="breakdown">
      <div class="row">
        <h2 id="breakdown">Who</h2>
        <Choice name="by" label="by" usual="age_group" options={options} />
      </div>
      {groups.isError
        ? <Failed error={groups.error} retry={() => groups.refetch()} />
        : groups.data === undefined
        ? <Skeleton height={160} />
        : <Groups answer={groups.data} />}
    </section>
  );
}

function useProperties(event: string | undefined): string[] {
  const range = useRange();
  // A value of a property may be one person's, and a share link shows no person.
  const enabled = useShared() === null;
  const query = {
    ...range,
    compare: "none" as const,
    page_size: 50,
    ...(event ? { event } : {}),
  };
  const { data } = useAnswer(
    ["event-properties", query],
    (signal) => api.GET("/v1/analytics/properties", { params: { query }, signal }),
    { enabled },
  );
  return data?.items.map(({ name }) => name) ?? [];
}

function Groups({ answer }: { answer: Schemas["AnalyticsBreakdown"] }) {
  const { min_group_size } = useOrganization();
  const { groups, other, hidden_groups } = answer;
  if (groups.length === 0 && hidden_groups === 0) {
    return <p class="fine">Nobody did this in these days.</p>;
  }
  return (
    <>
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">
              <span class="hidden">Share as a bar</span>
            </th>
            <th scope="col" class="number">Share</th>
            <th scope="col" class="number">Persons</th>
            <th scope="col" class="number">Events</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ value, persons, count, pct }) => (
            <tr key={value} data-group={value ?? ""} data-value={persons}>
              <th scope="row">{value ?? "not told"}</th>
              <td>
                <span class="bar" style={{ width: `${pct ?? 0}%` }} />
              </td>
              <td class="number">{measure(pct, "%")}</td>
              <td class="number">{number(persons)}</td>
              <td class="number">{number(count)}</td>
            </tr>
          ))}
          {other && (
            <tr>
              <th scope="row">{number(other.values)} others</th>
              <td />
              <td class="number" />
              <td class="number">{number(other.persons)}</td>
              <td class="number">{number(other.count)}</td>
            </tr>
          )}
        </tbody>
      </table>
      {hidden_groups > 0 && (
        <p class="fine">
          {hidden_groups} groups of fewer than {min_group_size} persons are hidden.
        </p>
      )}
    </>
  );
}
