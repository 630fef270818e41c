import { access } from "../_shared/access.ts";

/** Who manages an organization: its people, its keys with the scope `admin`, the service. What each may do, SQL decides. */
export const managers = access("service", "user", "key:admin");

/** What only a person can do. */
export const peopleOnly = access("user");

/** How a route may refuse its caller. */
export const callerProblems = [
  "missing_credential",
  "invalid_token",
  "expired_token",
  "wrong_credential",
  "forbidden",
  "validation_failed",
  "rate_limited",
] as const;

/** How a route of one organization may refuse: others' organizations do not exist. */
export const organizationProblems = [...callerProblems, "not_found"] as const;

/** How a route with a body may refuse it. */
export const bodyProblems = [
  "malformed_json",
  "payload_too_large",
  "unsupported_media_type",
] as const;
