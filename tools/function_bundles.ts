import { fileURLToPath } from "node:url";

/** The Deno whose `bundle` is used: every bundle of one commit is the same. */
const bundler = "2.9.6";

/** The most that one function may weigh when Supabase's API takes it in, in bytes. */
const limit = 5_000_000;

const root = fileURLToPath(new URL("..", import.meta.url));

/** A function as one file, with everything it imports but `node:` modules. */
export interface FunctionBundle {
  name: string;
  path: string;
  bytes: number;
}

/**
 * Makes `FOLDER/supabase`, a project of its own for `supabase functions deploy --workdir FOLDER`: each function as one file, its npm
 * packages in the versions of deno.lock, transitive ones too. A deploy of the sources would resolve those anew, because Supabase
 * never sees the lock.
 * @throws Error when another Deno runs this, deno.lock does not fit the imports, or something cannot be bundled
 */
export async function bundleFunctions(
  folder: string,
  names: string[],
): Promise<FunctionBundle[]> {
  if (Deno.version.deno !== bundler) {
    throw new Error(`bundles are made by Deno ${bundler}, this is ${Deno.version.deno}`);
  }
  const bundles: FunctionBundle[] = [];
  for (const name of names) bundles.push(await bundle(folder, name));
  await Deno.writeTextFile(`${folder}/supabase/config.toml`, configOf(names));
  return bundles;
}

async function bundle(folder: string, name: string): Promise<FunctionBundle> {
  const path = `${folder}/supabase/functions/${name}/index.js`;
  // Names are kept, because errors are told apart by them in logs; without indents a file is a third smaller.
  const how = ["--platform=deno", "--minify", "--keep-names", "--frozen"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", ...how, "--output", path, `supabase/functions/${name}/index.ts`],
    cwd: root,
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdout: "null",
  }).output();
  if (!success) throw new Error(`${name}: ${new TextDecoder().decode(stderr)}`);
  return { name, path, bytes: (await Deno.stat(path)).size };
}

/** Every function authenticates its own callers, as supabase/config.toml says. */
function configOf(names: string[]): string {
  const tables = names.map((name) =>
    `[functions.${name}]\nenabled = true\nverify_jwt = false\nentrypoint = "./functions/${name}/index.js"\n`
  );
  return ['project_id = "living-lytics"\n', ...tables].join("\n");
}

/** Why a bundle could not run where it is going: it weighs too much, or imports what is not in it. */
export async function bundleFaults({ name, path, bytes }: FunctionBundle): Promise<string[]> {
  const foreign = (await importsOf(path)).filter((specifier) => !specifier.startsWith("node:"));
  return [
    ...(bytes > limit ? [`${name} weighs ${bytes} bytes, more than ${limit}`] : []),
    ...foreign.map((specifier) => `${name} imports ${specifier}, which is not in its bundle`),
  ];
}

/** What a bundle imports, static or dynamic, as Deno's parser sees it. */
async function importsOf(path: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", "--no-lock", path],
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`${path}: ${new TextDecoder().decode(stderr)}`);
  const { roots, modules }: ModuleGraph = JSON.parse(new TextDecoder().decode(stdout));
  const file = modules.find(({ specifier }) => roots.includes(specifier));
  if (file === undefined) throw new Error(`${path} is no module`);
  return (file.dependencies ?? []).map(({ specifier }) => specifier);
}

/** The part of `deno info --json` that is read here. */
interface ModuleGraph {
  roots: string[];
  modules: { specifier: string; dependencies?: { specifier: string }[] }[];
}
