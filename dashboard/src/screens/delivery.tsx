import { type ComponentType } from "preact";
import { Tabs } from "../components/choice.tsx";
import { useView } from "../view.ts";
import { DeliveryForecast } from "./delivery_forecast.tsx";
import { Groups } from "./delivery_groups.tsx";
import { DeliveryMetrics } from "./delivery_metrics.tsx";

/** A tab of the section. To add one, write it and name it here. */
const tabs: { name: string; label: string; Tab: ComponentType }[] = [
  { name: "metrics", label: "Metrics", Tab: DeliveryMetrics },
  { name: "repositories", label: "Repositories", Tab: () => <Groups breakdown="repository" /> },
  { name: "teams", label: "Teams", Tab: () => <Groups breakdown="team" /> },
  { name: "forecast", label: "Forecast", Tab: DeliveryForecast },
];

/** Delivery: DORA with what is behind each number, by repository and team, and what is to come. */
export function Delivery() {
  const { view } = useView();
  const open = tabs.find(({ name }) => name === view.query["tab"]) ?? tabs[0];
  if (!open) return null;
  return (
    <div class="stack">
      <Tabs label="Delivery" tabs={tabs} current={open.name} />
      <open.Tab key={open.name} />
    </div>
  );
}
