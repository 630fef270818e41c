import { supabaseCli } from "./supabase_cli.ts";

/** The generated types of the database, which the functions import. */
export const typesFile = new URL(
  "../supabase/functions/_shared/database/database.types.ts",
  import.meta.url,
);

/** The types of the schema `public` of a database, as the Supabase CLI generates them. */
export async function generateTypes(url: string): Promise<string> {
  const { code, stdout, stderr } = await supabaseCli([
    "gen",
    "types",
    `--remote=${url}`,
    "--schema",
    "public",
  ]);
  // The CLI prints how it connects before the types.
  const start = stdout.indexOf("export type Json");
  if (code !== 0 || start === -1) throw new Error(`supabase gen types: ${stdout}${stderr}`);
  return `${stdout.slice(start).trimEnd()}\n`;
}
