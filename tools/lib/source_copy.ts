import { fileURLToPath } from "node:url";

/** Copies the functions' sources out of this project, away from its lock and its node_modules. */
export async function copySources(to: string): Promise<void> {
  await copyFolder(fileURLToPath(new URL("../../supabase/functions", import.meta.url)), to);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (name === "node_modules" || name.startsWith(".env")) continue;
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
