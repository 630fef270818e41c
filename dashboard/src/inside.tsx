import { useLocation } from "preact-iso/router";
import { type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Failed } from "./components/failed.tsx";
import { Frame } from "./components/frame.tsx";
import { lazily } from "./components/lazily.tsx";
import { Skeleton } from "./components/skeleton.tsx";
import { OrganizationContext, useOrganizations } from "./organization.tsx";
import { NotFound } from "./screens/not_found.tsx";
import { Overview } from "./screens/overview.tsx";
import { useView } from "./view.ts";

/** A section of an organization. To add one, write its screen and name it here. */
export interface Section {
  name: string;
  label: string;
  /** Whether the range of days means something in it. */
  hasRange: boolean;
  /** The tabs in which it means nothing all the same. */
  rangeless?: string[];
  Screen: ComponentType;
}

export const sections: Section[] = [
  { name: "overview", label: "Overview", hasRange: true, Screen: Overview },
  {
    name: "product",
    label: "Product",
    hasRange: true,
    Screen: lazily(() => import("./screens/product.tsx").then(({ Product }) => Product)),
  },
  {
    name: "delivery",
    label: "Delivery",
    hasRange: true,
    rangeless: ["forecast"],
    Screen: lazily(() => import("./screens/delivery.tsx").then(({ Delivery }) => Delivery)),
  },
  {
    name: "ai",
    label: "AI",
    hasRange: true,
    rangeless: ["budgets", "prices", "policies"],
    Screen: lazily(() => import("./screens/ai.tsx").then(({ Ai }) => Ai)),
  },
  {
    name: "insights",
    label: "Insights",
    hasRange: true,
    Screen: lazily(() => import("./screens/insights.tsx").then(({ Insights }) => Insights)),
  },
  {
    name: "digest",
    label: "Digest",
    hasRange: false,
    Screen: lazily(() => import("./screens/digest.tsx").then(({ Digest }) => Digest)),
  },
  {
    name: "settings",
    label: "Settings",
    hasRange: false,
    Screen: lazily(() => import("./screens/settings.tsx").then(({ Settings }) => Settings)),
  },
];

/** Where the digest's mail leads who wants to change or end it; a mail knows no organization. */
export const digestSettings = "/settings/digest";

/** What a signed-in person sees: the organization of the URL, or the way to their first one. */
export function Inside() {
  const { view } = useView();
  const { path, route } = useLocation();
  const organizations = useOrganizations();
  const list = organizations.data?.items;
  const first = list?.[0];

  useEffect(() => {
    if (view.org !== "" || !first) return;
    route(`/o/${first.id}/${path === digestSettings ? "digest" : "overview"}`, true);
  }, [view.org, first, path, route]);

  if (organizations.isError) {
    return <Failed error={organizations.error} retry={() => organizations.refetch()} />;
  }
  if (list === undefined || view.org === "") return <Skeleton height={480} />;
  const organization = list.find(({ id }) => id === view.org);
  const section = sections.find(({ name }) => name === view.section);
  if (!organization || !section) return <NotFound />;
  return (
    <OrganizationContext.Provider value={organization}>
      <Frame sections={sections} section={section} organizations={list}>
        <section.Screen key={`${organization.id}/${section.name}`} />
      </Frame>
    </OrganizationContext.Provider>
  );
}
