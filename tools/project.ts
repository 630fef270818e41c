import { parse } from "smol-toml";

const supabase = new URL("../supabase/", import.meta.url);

/** What `config.toml` says about a function; the CLI reads paths relative to `supabase/`. */
export interface FunctionSettings {
  enabled?: boolean;
  verify_jwt?: boolean;
  entrypoint?: string;
  import_map?: string;
}

/** The `[functions.NAME]` tables of `config.toml`, in their order. */
export async function functionSettings(): Promise<Record<string, FunctionSettings>> {
  const config = parse(await Deno.readTextFile(new URL("config.toml", supabase)));
  return config["functions"] as unknown as Record<string, FunctionSettings>;
}

/** The functions that are there: every folder under `functions/` but `_shared`, sorted. */
export async function functionNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL("functions/", supabase))) {
    if (entry.isDirectory && !/^[._]|^node_modules$/.test(entry.name)) names.push(entry.name);
  }
  return names.sort();
}
