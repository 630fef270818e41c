import { access, callerProblems } from "../_shared/http/access.ts";
import { bodyProblems, problems } from "../_shared/http/app.ts";

/** Spread into a route: who may read an organization's sessions. */
export const readers = access("service", "user", "key:read");

/** Spread into a route: who may change prices and policies; of users, owners and admins. */
export const managers = access("service", "user", "key:admin");

/** How a read may refuse. */
export const readProblems = problems(...callerProblems, "not_found", "validation_failed");

/** How a change may refuse. */
export const changeProblems = problems(...callerProblems, ...bodyProblems, "not_found");
