import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { api, type Schemas, useAnswer } from "./api.ts";
import { rangeOf, useView } from "./view.ts";

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

/** The query that every read of a range sends. */
export function useRange() {
  const { id, time_zone } = useOrganization();
  const { view } = useView();
  const { start, end } = rangeOf(view, time_zone, new Date());
  return { org_id: id, start, end, compare: view.compare };
}
