import { projectRoot, schemaFiles } from "./lib/schemas.ts";
import { formatSql, longLines } from "./lib/sql_format.ts";

/** Lays out the files of supabase/schemas; with `--check` only says which are not. */
if (import.meta.main) {
  const isCheck = Deno.args.includes("--check");
  const faults: string[] = [];
  for (const file of await schemaFiles()) {
    const path = `${projectRoot}/supabase/${file}`;
    const text = await Deno.readTextFile(path);
    try {
      const formatted = await formatSql(text);
      for (const line of longLines(formatted)) {
        faults.push(`supabase/${file}:${line} has more than 120 characters`);
      }
      if (formatted === text) continue;
      if (isCheck) faults.push(`supabase/${file} is not laid out: deno task format:sql`);
      else await Deno.writeTextFile(path, formatted);
    } catch (error) {
      faults.push(`supabase/${file}: ${error instanceof Error ? error.message : error}`);
    }
  }
  for (const fault of faults) console.error(fault);
  Deno.exit(faults.length === 0 ? 0 : 1);
}
