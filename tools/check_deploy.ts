import { readUpload, startManagementApi, type Upload } from "./management_api.ts";
import { functionNames, functionSettings } from "./project.ts";
import { supabaseCli } from "./supabase_cli.ts";

const reference = "abcdefghijklmnopqrst";

/**
 * Shows what `supabase functions deploy` would upload, without a network: every function, each with an import map that
 * resolves all of its imports. A deploy that misses one "succeeds" and fails at the first request.
 */
if (import.meta.main) {
  const faults = [...await settingsFaults(), ...await uploadFaults()];
  for (const fault of faults) console.error(`deploy: ${fault}`);
  if (faults.length > 0) Deno.exit(1);
  console.log(
    `supabase functions deploy: ${
      (await functionNames()).length
    } functions, all of their imports resolve`,
  );
}

/** Every folder has its table in config.toml, and every table its folder, import map and own authentication. */
async function settingsFaults(): Promise<string[]> {
  const [names, settings] = [await functionNames(), await functionSettings()];
  return [
    ...names.filter((name) => !settings[name]).map((name) =>
      `config.toml has no [functions.${name}]`
    ),
    ...Object.keys(settings).filter((name) => !names.includes(name))
      .map((name) => `there is no folder for [functions.${name}]`),
    ...Object.entries(settings).flatMap(([name, { verify_jwt, import_map, entrypoint }]) => [
      ...(verify_jwt === false ? [] : [`[functions.${name}] needs verify_jwt = false`]),
      ...(import_map ? [] : [`[functions.${name}] needs import_map`]),
      ...(entrypoint === `./functions/${name}/index.ts`
        ? []
        : [`[functions.${name}] has another entrypoint`]),
    ]),
  ];
}

async function uploadFaults(): Promise<string[]> {
  const api = startManagementApi(reference);
  const folder = await Deno.makeTempDir({ prefix: "supabase-profile-" });
  try {
    const profile = `${folder}/profile.yaml`;
    await Deno.writeTextFile(
      profile,
      `name: local\napi_url: ${api.url}\ndashboard_url: ${api.url}\nproject_host: localhost\n`,
    );
    const { code, stdout, stderr } = await supabaseCli(
      ["functions", "deploy", "--use-api", `--remote=${reference}`, "--profile", profile, "--yes"],
      { env: { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` } },
    );
    if (code !== 0) return [`supabase functions deploy exits with ${code}: ${stdout}${stderr}`];
    const uploads = await Promise.all(api.uploads.map(readUpload));
    const slugs = uploads.map(({ slug }) => slug);
    const missing = (await functionNames()).filter((name) => !slugs.includes(name));
    return [
      ...missing.map((name) => `${name} is not uploaded`),
      ...uploads.flatMap((upload) => faultsOf(upload).map((fault) => `${upload.slug}: ${fault}`)),
    ];
  } finally {
    await api.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function faultsOf({ entrypoint, importMap, files }: Upload): string[] {
  if (!files.has(entrypoint)) return [`entry ${entrypoint} is not among the files`];
  const mapText = files.get(importMap);
  if (mapText === undefined) return [`import map ${importMap || "(none)"} is not among the files`];
  const imports: Record<string, string> = JSON.parse(mapText).imports;
  return [...files].filter(([path]) => path.endsWith(".ts")).flatMap(([path, source]) =>
    specifiersOf(source)
      .filter((specifier) => !resolves(specifier, path, imports, files))
      .map((specifier) =>
        `${path} imports ${specifier}, which resolves to nothing that is uploaded`
      )
  );
}

/** What a module imports, static, re-exported or dynamic. */
function specifiersOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const found = code.matchAll(
    /^\s*(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

/** By the rules of import maps: an exact entry, or one that ends in a slash and begins the specifier. */
function resolves(
  specifier: string,
  from: string,
  imports: Record<string, string>,
  files: Map<string, string>,
): boolean {
  if (/^(node|npm|jsr|https?):/.test(specifier)) return true;
  if (/^\.{1,2}\//.test(specifier)) {
    return files.has(new URL(specifier, `file:///${from}`).pathname.slice(1));
  }
  const prefix = Object.keys(imports).find((key) => key.endsWith("/") && specifier.startsWith(key));
  return /^(npm|jsr):\/?@?[\w./-]+@\d+\.\d+\.\d+/.test(
    imports[specifier] ?? imports[prefix ?? ""] ?? "",
  );
}
