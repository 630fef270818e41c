import type { Json } from "../_shared/database/database.types.ts";

/**
 * A delivery without the names of the files that the commits of a push touch: they are most of a large one, which is held several times
 * on its way to the database and back, and nobody reads them.
 */
export function withoutFiles(payload: Json): Json {
  if (!isObject(payload) || !Array.isArray(payload["commits"])) return payload;
  const commits = payload["commits"].map((commit) => {
    if (!isObject(commit)) return commit;
    const { added: _, removed: __, modified: ___, ...rest } = commit;
    return rest;
  });
  return { ...payload, commits };
}

function isObject(value: Json | undefined): value is { [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
