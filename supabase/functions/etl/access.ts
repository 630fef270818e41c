import { access } from "../_shared/http/access.ts";

/** Who reads jobs and runs. */
export const readers = access("service", "user", "key:read");

/** Who changes them: of signed-in people everybody but viewers. */
export const writers = access("service", "user", "key:admin");
