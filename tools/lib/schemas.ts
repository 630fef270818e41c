import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";

/** The folder of the project, with `supabase/` in it. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const configFile = z.object({
  db: z.object({ migrations: z.object({ schema_paths: z.array(z.string()) }) }),
});

/**
 * The files of `supabase/schemas` in the order that `schema_paths` of config.toml gives them: each where the first pattern
 * names it, those of one pattern by name, as the Supabase CLI reads it. Paths are relative to `supabase/`.
 * @throws when a pattern names nothing, or a file is named by none
 */
export async function schemaFiles(root: string = projectRoot): Promise<string[]> {
  const config = configFile.parse(parse(await Deno.readTextFile(`${root}/supabase/config.toml`)));
  const all = await filesBelow(`${root}/supabase`, "schemas");
  const ordered = new Set<string>();
  for (const pattern of config.db.migrations.schema_paths) {
    const path = pattern.replace(/^\.\//, "");
    const matches = all.filter((file) => matchesPattern(file, path));
    if (matches.length === 0) {
      throw new Error(`config.toml: schema_paths: ${pattern} names no file`);
    }
    for (const file of matches) ordered.add(file);
  }
  const forgotten = all.filter((file) => !ordered.has(file));
  if (forgotten.length > 0) {
    throw new Error(`config.toml: schema_paths names no ${forgotten.join(", ")}`);
  }
  return [...ordered];
}

/**
 * All of the schema as one script. Bodies of functions are not checked while it runs, because they may name what
 * comes later.
 */
export async function schemaScript(root: string = projectRoot): Promise<string> {
  const files = await schemaFiles(root);
  const texts = await Promise.all(
    files.map(async (file) =>
      `-- ${file}\n\n${await Deno.readTextFile(`${root}/supabase/${file}`)}`
    ),
  );
  return `set local check_function_bodies = off;\n\n${texts.join("\n")}`;
}

/** `*` stands for anything but a slash. */
function matchesPattern(path: string, pattern: string): boolean {
  const literals = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join("[^/]*")}$`).test(path);
}

async function filesBelow(base: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${base}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await filesBelow(base, path));
    else found.push(path);
  }
  return found.sort();
}
