import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { api, type Schemas, useAnswer } from "./api.ts";
import { type Compare, rangeOf, useView } from "./view.ts";

export type Organization = Schemas["Organization"];

/** The organizations of the signed-in person. */
export function useOrganizations() {
  return useAnswer(["organizations"], (signal) => api.GET("/v1/orgs", { signal }));
}

export const OrganizationContext = createContext<Organization | null>(null);

/** The organization of the URL, with the role of the signed-in person in it. */
export function useOrganization(): Organization {
  const organization = useContext(OrganizationContext);
  if (organization === null) throw new Error("outside of an organization");
  return organization;
}

/** Whether the person may change the organization, its people and its keys. */
export function mayManage({ role }: Organization): boolean {
  return role === "owner" || role === "admin";
}

/** Whether the organization is the person's: what cannot be taken back is an owner's. */
export function isOwner({ role }: Organization): boolean {
  return role === "owner";
}

/** Whether the person may write data, as jobs and connections are. */
export function mayWrite({ role }: Organization): boolean {
  return role !== null && role !== "viewer";
}

/** What the reader of a share link is shown: these sections over these days, whatever the address says. */
export interface Shared {
  sections: string[];
  days: { start: string; end: string };
  compare: Compare;
}

export const SharedContext = createContext<Shared | null>(null);

/** What is shown to the reader of a share link; null for members. */
export function useShared(): Shared | null {
  return useContext(SharedContext);
}

/** Whether a section can be gone to from here. */
export function useReach(): (section: string) => boolean {
  const shared = useShared();
  return (section) => shared === null || shared.sections.includes(section);
}

/** The query that every read of a range sends. */
export function useRange() {
  const { id, time_zone } = useOrganization();
  const shared = useShared();
  const { view } = useView();
  const { start, end } = shared?.days ?? rangeOf(view, time_zone, new Date());
  return { org_id: id, start, end, compare: shared?.compare ?? view.compare };
}
