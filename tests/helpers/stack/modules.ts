import { posix } from "node:path";

/** A file of TypeScript by its path below a folder, and what it imports from there, types included. */
export interface Module {
  path: string;
  text: string;
  imports: { from: string; types: string[] }[];
}

/** Every module below a folder, in the order of paths. */
export async function modulesOf(folder: URL): Promise<Module[]> {
  const paths = (await pathsBelow(folder, "")).filter((path) => path.endsWith(".ts")).sort();
  return await Promise.all(paths.map(async (path) => {
    const text = await Deno.readTextFile(new URL(path, folder));
    return { path, text, imports: importsOf(path, text) };
  }));
}

async function pathsBelow(folder: URL, below: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(below, folder))) {
    if (!isDirectory) paths.push(`${below}${name}`);
    else if (name !== "node_modules") paths.push(...await pathsBelow(folder, `${below}${name}/`));
  }
  return paths;
}

/** Relative imports and re-exports, as `deno fmt` writes them. */
function importsOf(path: string, text: string): Module["imports"] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:\{([^}]*)\}|\*(?:\s+as\s+\w+)?|\w+)\s+from\s+"(\.[^"]+)"/gm,
  );
  return [...statements].map(([, allTypes, names = "", from = ""]) => ({
    from: posix.join(posix.dirname(path), from),
    types: names.split(",").map((name) => name.trim())
      .filter((name) => name !== "" && (allTypes !== undefined || name.startsWith("type ")))
      .map((name) => name.replace(/^type /, "").replace(/ as .*/, "")),
  }));
}

/** The groups of modules that reach each other by their imports, each in the order of paths (Tarjan's strongly connected components). */
export function circlesOf(modules: Module[]): string[][] {
  const imports = new Map(modules.map(({ path, imports }) => [path, imports]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  function visit(path: string): number {
    const own = order.size;
    order.set(path, own);
    open.push(path);
    let low = own;
    for (const { from } of imports.get(path) ?? []) {
      if (!order.has(from)) low = Math.min(low, visit(from));
      else if (open.includes(from)) low = Math.min(low, lowest.get(from) ?? order.get(from) ?? own);
      lowest.set(path, low);
    }
    if (low === own) {
      const group = open.splice(open.indexOf(path)).sort();
      const importsItself = imports.get(path)?.some(({ from }) => from === path);
      if (group.length > 1 || importsItself) circles.push(group);
    }
    return low;
  }

  for (const { path } of modules) if (!order.has(path)) visit(path);
  return circles.sort(([a = ""], [b = ""]) => a < b ? -1 : 1);
}
