import { mayManage, useOrganization } from "../organization.tsx";
import { useView } from "../view.ts";
import { KeySettings } from "./settings_keys.tsx";
import { MemberSettings } from "./settings_members.tsx";
import { OrganizationSettings } from "./settings_organization.tsx";

/** A tab of the settings. To add one, write it and name it here. */
const tabs = [
  { name: "organization", label: "Organization", forManagers: false, Tab: OrganizationSettings },
  { name: "members", label: "Members", forManagers: true, Tab: MemberSettings },
  { name: "keys", label: "Keys", forManagers: true, Tab: KeySettings },
];

/** The organization, its people and its keys. What the role may not do is not shown. */
export function Settings() {
  const organization = useOrganization();
  const { view, change } = useView();
  const allowed = tabs.filter(({ forManagers }) => !forManagers || mayManage(organization));
  const open = allowed.find(({ name }) => name === view.query["tab"]) ?? allowed[0];
  if (!open) return null;
  return (
    <div class="stack">
      <div class="segments" role="group" aria-label="Settings">
        {allowed.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === open.name}
            onClick={() => change({ tab: name, page: undefined })}
          >
            {label}
          </button>
        ))}
      </div>
      <open.Tab />
    </div>
  );
}
