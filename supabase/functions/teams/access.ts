import { access, callerProblems } from "../_shared/http/access.ts";

/** Who reads teams. */
export const readers = access("service", "user", "key:read", "key:admin");

/** Who keeps teams: owners and admins, which SQL decides, keys with the scope `admin`, the service. */
export const keepers = access("service", "user", "key:admin");

/** How any route of a team may refuse. */
export const teamProblems = [...callerProblems, "validation_failed", "not_found"] as const;
