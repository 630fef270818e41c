import { type ComponentType } from "preact";
import { Tabs } from "../components/choice.tsx";
import { useView } from "../view.ts";
import { Events } from "./product_events.tsx";
import { Funnel } from "./product_funnel.tsx";
import { Live } from "./product_live.tsx";
import { Paths } from "./product_paths.tsx";
import { People } from "./product_people.tsx";
import { Retention } from "./product_retention.tsx";

/** A tab of the section. To add one, write it and name it here. */
const tabs: { name: string; label: string; Tab: ComponentType }[] = [
  { name: "events", label: "Events", Tab: Events },
  { name: "retention", label: "Retention", Tab: Retention },
  { name: "funnel", label: "Funnel", Tab: Funnel },
  { name: "paths", label: "Paths", Tab: Paths },
  { name: "people", label: "People", Tab: People },
  { name: "live", label: "Live", Tab: Live },
];

/** What people do: events, who comes back, how far they get, where they go, each of them, and what happens now. */
export function Product() {
  const { view } = useView();
  const open = tabs.find(({ name }) => name === view.query["tab"]) ?? tabs[0];
  if (!open) return null;
  return (
    <div class="stack">
      <Tabs label="Product" tabs={tabs} current={open.name} />
      <open.Tab key={open.name} />
    </div>
  );
}
