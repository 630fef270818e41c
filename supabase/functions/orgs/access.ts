import { access, callerProblems } from "../_shared/http/access.ts";

/** Who manages an organization: its people, its keys with the scope `admin`, the service. What each may do, SQL decides. */
export const managers = access("service", "user", "key:admin");

/** What only a person can do. */
export const peopleOnly = access("user");

/** How a route of one organization may refuse: others' organizations do not exist. */
export const organizationProblems = [...callerProblems, "validation_failed", "not_found"] as const;
