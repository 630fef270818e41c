import type { Json } from "../_shared/database/database.types.ts";

/** A delivery without the lists of files of a push's commits, which are empty by the time its JSON has come through a `LeanPush`. */
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
