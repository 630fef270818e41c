import { type ComponentType } from "preact";
import { Tabs } from "../components/choice.tsx";
import { useView } from "../view.ts";
import { Budgets } from "./ai_budgets.tsx";
import { Kpis } from "./ai_kpis.tsx";
import { Policies } from "./ai_policies.tsx";
import { Prices } from "./ai_prices.tsx";
import { Sessions } from "./ai_sessions.tsx";
import { Spend } from "./ai_spend.tsx";

/** A tab of the section. To add one, write it and name it here. */
const tabs: { name: string; label: string; Tab: ComponentType }[] = [
  { name: "kpis", label: "KPIs", Tab: Kpis },
  { name: "sessions", label: "Sessions", Tab: Sessions },
  { name: "spend", label: "Spend and yield", Tab: Spend },
  { name: "budgets", label: "Budgets", Tab: Budgets },
  { name: "prices", label: "Prices", Tab: Prices },
  { name: "policies", label: "Model policies", Tab: Policies },
];

/** AI-assisted development: how it goes, each session, what it cost and what came of it, and what it may cost. */
export function Ai() {
  const { view } = useView();
  const open = tabs.find(({ name }) => name === view.query["tab"]) ?? tabs[0];
  if (!open) return null;
  return (
    <div class="stack">
      <Tabs label="AI" tabs={tabs} current={open.name} />
      <open.Tab key={open.name} />
    </div>
  );
}
