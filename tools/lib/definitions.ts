const functions = new URL("../../supabase/functions/", import.meta.url);

/**
 * The ids of the definitions that answers name, as in `tiles.sum@1`, read out of the functions' source. Where an id is put together
 * of a metric's name, as in `dora.${metric}@1`, the metrics' names come from the list that the template's family has.
 */
export async function definitionsInCode(): Promise<Set<string>> {
  const { doraMetrics } = await import("../../supabase/functions/_shared/numbers/dora.ts");
  const { qualityMetrics } = await import("../../supabase/functions/analytics/github_quality.ts");
  const families: Record<string, readonly string[]> = { dora: doraMetrics, github: qualityMetrics };
  const found = new Set<string>();
  for await (const text of sources(functions)) {
    for (const [, id = ""] of text.matchAll(/["'`]([a-z]+\.[a-z_]+@\d+)["'`]/g)) found.add(id);
    for (const [, family = "", version = ""] of text.matchAll(/`([a-z]+)\.\$\{[^}]+\}@(\d+)`/g)) {
      const metrics = families[family];
      if (metrics === undefined) throw new Error(`No list of metrics is known for ${family}.*`);
      for (const metric of metrics) found.add(`${family}.${metric}@${version}`);
    }
  }
  return found;
}

async function* sources(folder: URL): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory && entry.name !== "node_modules") {
      yield* sources(new URL(`${entry.name}/`, folder));
    } else if (entry.name.endsWith(".ts")) {
      yield await Deno.readTextFile(new URL(entry.name, folder));
    }
  }
}
