import { isDeepStrictEqual, parseEnv } from "node:util";
import { answerWithoutDatabase } from "./lib/answers_without_database.ts";
import { bundleFaults, bundleFunctions, type FunctionBundle } from "./function_bundles.ts";
import { hostedDeno, hostedVersion } from "./lib/hosted_deno.ts";
import { importTimes } from "./lib/import_time.ts";
import { copySources } from "./lib/source_copy.ts";
import { readUpload, startManagementApi, type Upload } from "./management_api.ts";
import { functionNames, functionSettings } from "./project.ts";
import { supabaseCli } from "./supabase_cli.ts";

const reference = "abcdefghijklmnopqrst";

/**
 * Shows, without a network, that what `deno task deploy` uploads would run: each function as one file that imports nothing but
 * `node:` modules and fits, taken by the Supabase CLI to a stand-in of the management API, after the secrets; and that the files, byte for byte, start
 * in production on the hosted runtime's Deno and on this one, and answer.
 * With `--measure` it prints sizes and import times too.
 */
if (import.meta.main) {
  const names = await functionNames();
  const folder = await Deno.makeTempDir({ prefix: "check-deploy-" });
  try {
    const bundles = await bundleFunctions(folder, names);
    const { uploads, faults: ofSecrets } = await deploy();
    const faults = [
      ...ofSecrets,
      ...await settingsFaults(),
      ...(await Promise.all(bundles.map(bundleFaults))).flat(),
      ...(await Promise.all(
        bundles.map(async ({ name, path }) =>
          uploadFaults(name, await Deno.readTextFile(path), uploads)
        ),
      )).flat(),
    ];
    for (const fault of faults) console.error(`deploy: ${fault}`);
    if (faults.length > 0) Deno.exit(1);
    const functions = { folder: `${folder}/supabase/functions`, names, entry: "index.js" as const };
    for (const deno of [await hostedDeno(folder), Deno.execPath()]) {
      await answerWithoutDatabase({ deno, ...functions });
    }
    if (Deno.args.includes("--measure")) await measure(folder, bundles);
    const sizes = bundles.map(({ bytes }) => bytes / 1e6);
    console.log(
      `deno task deploy: ${names.length} functions of ${Math.min(...sizes).toFixed(1)} to ` +
        `${
          Math.max(...sizes).toFixed(1)
        } MB, which answer on Deno ${hostedVersion} and ${Deno.version.deno}`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Prints what each function weighs and how long it takes to import on the hosted runtime's Deno, from sources and bundled. */
async function measure(folder: string, bundles: FunctionBundle[]): Promise<void> {
  const sources = `${folder}/sources`;
  await copySources(sources);
  const times = await importTimes({
    deno: await hostedDeno(folder),
    names: bundles.map(({ name }) => name),
    sources,
    bundles: `${folder}/supabase/functions`,
  });
  console.log("function    MB   sources ms  bundle ms  ratio");
  for (const { name, sources, bundle } of times) {
    const { bytes = 0 } = bundles.find((one) => one.name === name) ?? {};
    const numbers = [(bytes / 1e6).toFixed(2), sources.toFixed(0), bundle.toFixed(0)];
    console.log([name.padEnd(10), ...numbers, (bundle / sources).toFixed(2)].join("  "));
  }
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

/** What the lines of docs/deploy.md send: the functions, and the secrets that `deno task secrets` writes. */
async function deploy(): Promise<{ uploads: Upload[]; faults: string[] }> {
  const api = startManagementApi(reference);
  const folder = await Deno.makeTempDir({ prefix: "supabase-profile-" });
  try {
    await Deno.writeTextFile(
      `${folder}/profile.yaml`,
      `name: local\napi_url: ${api.url}\ndashboard_url: ${api.url}\nproject_host: localhost\n`,
    );
    const where = [`--remote=${reference}`, `--profile=${folder}/profile.yaml`];
    const env = { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`, NO_COLOR: "1" };
    const task = async (...args: string[]) => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", ...args],
        cwd: new URL("..", import.meta.url),
        env,
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      if (!success) throw new Error(`deno task ${args[0]} fails: ${said}`);
    };
    await task("secrets", `${folder}/.env.production`, `--project=${reference}`);
    const secrets = ["secrets", "set", "--yes", "--env-file", `${folder}/.env.production`];
    const { code, stdout, stderr } = await supabaseCli([...secrets, ...where], { env });
    if (code !== 0) throw new Error(`supabase secrets set fails: ${stdout}${stderr}`);
    await task("deploy", ...where, "--yes");
    return {
      uploads: await Promise.all(api.uploads.map(readUpload)),
      faults: isDeepStrictEqual(api.secrets, {
          ...parseEnv(await Deno.readTextFile(`${folder}/.env.production`)),
        })
        ? []
        : [`the project gets the secrets ${Object.keys(api.secrets).join(", ") || "none"}`],
    };
  } finally {
    await api.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function uploadFaults(name: string, bundle: string, uploads: Upload[]): string[] {
  const upload = uploads.find(({ slug }) => slug === name);
  if (upload === undefined) return [`${name} is not uploaded`];
  const others = [...upload.files.keys()].filter((path) => path !== upload.entrypoint);
  return [
    ...(upload.files.get(upload.entrypoint) === bundle ? [] : [
      `${name}: what is uploaded as ${upload.entrypoint} is another file than a second bundling makes`,
    ]),
    ...others.map((path) => `${name}: ${path} is uploaded too`),
  ];
}
