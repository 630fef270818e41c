import { type ComponentType } from "preact";
import { Tabs } from "../components/choice.tsx";
import { lazily } from "../components/lazily.tsx";
import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";
import { OrganizationSettings } from "./settings_organization.tsx";

/** A tab of the settings. To add one, write it and name it here. */
const tabs: { name: string; label: string; forManagers: boolean; Tab: ComponentType }[] = [
  { name: "organization", label: "Organization", forManagers: false, Tab: OrganizationSettings },
  {
    name: "members",
    label: "Members",
    forManagers: true,
    Tab: lazily(() =>
      import("./settings_members.tsx").then(({ MemberSettings }) => MemberSettings)
    ),
  },
  {
    name: "keys",
    label: "Keys",
    forManagers: true,
    Tab: lazily(() => import("./settings_keys.tsx").then(({ KeySettings }) => KeySettings)),
  },
  {
    name: "github",
    label: "GitHub",
    forManagers: false,
    Tab: lazily(() => import("./settings_github.tsx").then(({ GithubSettings }) => GithubSettings)),
  },
  {
    name: "budgets",
    label: "Budgets",
    forManagers: false,
    Tab: lazily(() => import("./ai_budgets.tsx").then(({ Budgets }) => Budgets)),
  },
  {
    name: "shares",
    label: "Share links",
    forManagers: true,
    Tab: lazily(() => import("./settings_shares.tsx").then(({ ShareSettings }) => ShareSettings)),
  },
  {
    name: "kept",
    label: "Kept data",
    forManagers: true,
    Tab: lazily(() =>
      import("./settings_retention.tsx").then(({ RetentionSettings }) => RetentionSettings)
    ),
  },
  {
    name: "audit",
    label: "Audit",
    forManagers: true,
    Tab: lazily(() => import("./settings_audit.tsx").then(({ AuditSettings }) => AuditSettings)),
  },
];

/** The organization, its people, its keys and what it reads and shows. What the role may not do is not shown. */
export function Settings() {
  const organization = useOrganization();
  const { view } = useView();
  const allowed = tabs.filter(({ forManagers }) => !forManagers || mayManage(organization));
  const open = allowed.find(({ name }) => name === view.query["tab"]) ?? allowed[0];
  if (!open) return null;
  return (
    <div class="stack">
      <Tabs label="Settings" tabs={allowed} current={open.name} />
      <open.Tab key={open.name} />
    </div>
  );
}
