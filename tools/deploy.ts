import { bundleFaults, bundleFunctions } from "./function_bundles.ts";
import { linkedProject } from "./linked_project.ts";
import { functionNames } from "./project.ts";
import { supabaseCliHere } from "./supabase_cli.ts";

/**
 * Deploys functions as they were tested: `deno task deploy [NAME…] [--remote=REF] [options of "supabase functions deploy"]` bundles
 * each with the packages of deno.lock and has the Supabase CLI upload the bundles, to the linked project if no other is named.
 */
if (import.meta.main) {
  const options = Deno.args.filter((arg) => arg.startsWith("-"));
  const wanted = Deno.args.filter((arg) => !arg.startsWith("-"));
  const known = await functionNames();
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) stop(`there is no function ${unknown.join(", ")}`);
  if (!options.some((option) => option.startsWith("--remote="))) {
    const reference = await linkedProject();
    if (reference === undefined) {
      stop("link a project (supabase link REF) or name one: --remote=REF");
    }
    options.push(`--remote=${reference}`);
  }
  const folder = await Deno.makeTempDir({ prefix: "function-bundles-" });
  let code: number;
  try {
    const bundles = await bundleFunctions(folder, wanted.length > 0 ? wanted : known);
    const faults = (await Promise.all(bundles.map(bundleFaults))).flat();
    if (faults.length > 0) throw new Error(faults.join("\n"));
    for (const { name, bytes } of bundles) console.log(`${name}: ${Math.round(bytes / 1000)} kB`);
    code = await supabaseCliHere(
      ["functions", "deploy", "--use-api", "--workdir", folder, ...options],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  Deno.exit(code);
}

function stop(message: string): never {
  console.error(`deploy: ${message}`);
  Deno.exit(1);
}
