import { access, callerProblems } from "../../_shared/http/access.ts";
import { problems } from "../../_shared/http/app.ts";

/** Everybody who may read an organization's delivery. */
export const doraReaders = access("service", "user", "key:read");

/** The same, and whoever has opened a link that shows it. */
export const doraReadersAndShares = access("service", "user", "key:read", "share");
export const doraProblems = problems(...callerProblems, "not_found", "validation_failed");
