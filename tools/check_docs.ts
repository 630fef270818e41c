import {
  brokenJson,
  brokenLinks,
  commands,
  type Complaint,
  missingFiles,
  type Project,
  shellBlocks,
  undefinedNumbers,
  unknownRoutes,
  unknownTasks,
  unpastable,
} from "./lib/doc_checks.ts";
import { definitionsInCode } from "./lib/definitions.ts";
import { openApiRoutes } from "./lib/openapi_routes.ts";
import { cliVersion, supabaseCli } from "./supabase_cli.ts";

const root = new URL("../", import.meta.url);

/**
 * Reads every page and says what in it is not so: links and anchors that lead nowhere, tasks, options, routes and files that do not
 * exist, commands that bash cannot parse or that cannot be pasted into zsh, and definitions of numbers that are missing. With
 * `--supabase` the Supabase CLI is asked too whether it knows its commands and options. What pages mark with `<!-- run -->` is
 * executed by tests/integration/docs_run_test.ts.
 */
if (import.meta.main) {
  const files = await trackedFiles();
  const pages = new Map<string, string>();
  for (const file of files.filter((one) => one.endsWith(".md"))) {
    pages.set(file, await Deno.readTextFile(new URL(file, root)));
  }
  const project: Project = {
    pages,
    has: presence(files),
    tasks: await tasks(),
    routes: await openApiRoutes(),
  };
  const numbers = "docs/numbers.md";
  const complaints = [
    ...brokenLinks(project),
    ...unknownTasks(project),
    ...unknownRoutes(project),
    ...missingFiles(project),
    ...unpastable(project),
    ...undefinedNumbers(numbers, pages.get(numbers) ?? "", await definitionsInCode()),
    ...await unparsable(pages),
    ...brokenJson(project),
    ...Deno.args.includes("--supabase") ? await unknownToSupabase(pages) : [],
  ];
  for (const { page, line, message } of complaints) console.error(`${page}:${line}: ${message}`);
  if (complaints.length > 0) Deno.exit(1);
  console.log(`${pages.size} pages: every link, command, route and definition is there`);
}

/** The files that git knows or would add, so that what is ignored is no page and nothing to link to. */
async function trackedFiles(): Promise<string[]> {
  const { success, stdout } = await new Deno.Command("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!success) Deno.exit(1);
  const listed = new TextDecoder().decode(stdout).split("\0").filter(Boolean);
  const there = await Promise.all(
    listed.map((file) =>
      Deno.stat(new URL(file, root)).then(() => true, (error: unknown) => {
        if (error instanceof Deno.errors.NotFound) return false;
        throw error;
      })
    ),
  );
  return listed.filter((_file, index) => there[index]);
}

function presence(files: string[]): (path: string) => boolean {
  const known = new Set<string>();
  for (const file of files) {
    for (let path = file; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf("/")))) {
      known.add(path);
    }
  }
  return (path) => known.has(path);
}

/** The tasks of `deno.json` with the options whose names stand in their script or in the module that parses its options. */
async function tasks(): Promise<Project["tasks"]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root))) as {
    tasks: Record<string, { command: string }>;
  };
  const found: Project["tasks"] = new Map();
  for (const [name, { command }] of Object.entries(tasks)) {
    const script = /^deno run -A (\S+\.ts)$/.exec(command)?.[1];
    found.set(name, script === undefined || name.startsWith("test") ? null : await options(script));
  }
  return found;
}

async function options(script: string): Promise<Set<string>> {
  const places = [
    script,
    script.replace(/[^/]+$/, "options.ts"),
    script.replace(/\.ts$/, "_options.ts"),
  ];
  const texts = await Promise.all(
    places.map((place) =>
      Deno.readTextFile(new URL(place, root)).catch((error: unknown) => {
        if (error instanceof Deno.errors.NotFound) return "";
        throw error;
      })
    ),
  );
  return new Set(texts.join("\n").match(/--[a-z][a-z-]*/g));
}

async function unparsable(pages: Map<string, string>): Promise<Complaint[]> {
  const complaints: Complaint[] = [];
  for (const [page, text] of pages) {
    for (const block of shellBlocks(text)) {
      const { success, stderr } = await new Deno.Command("bash", { args: ["-n", "-c", block.text] })
        .output();
      if (success) continue;
      const message = new TextDecoder().decode(stderr).trim();
      complaints.push({ page, line: block.line, message: `bash cannot parse it: ${message}` });
    }
  }
  return complaints;
}

/** Commands and options that the Supabase CLI of this project's version does not have, by its own help. */
async function unknownToSupabase(pages: Map<string, string>): Promise<Complaint[]> {
  const helps = new Map<string, Promise<string>>();
  const help = (words: string[]): Promise<string> => {
    const key = words.join(" ");
    const asked = helps.get(key) ?? supabaseCli([...words, "--help"]).then(({ stdout }) => stdout);
    helps.set(key, asked);
    return asked;
  };
  const complaints: Complaint[] = [];
  for (const [page, text] of pages) {
    for (const { command, line } of commands(text)) {
      // What stands in $(…) is another program's command line.
      const used = /\bsupabase@(\S+) ([^|;&]*)/.exec(command.replaceAll(/\$\([^)]*\)/g, "x"));
      if (used === null) continue;
      const [, version = "", rest = ""] = used;
      if (version !== cliVersion) {
        complaints.push({
          page,
          line,
          message: `supabase@${version} is not the CLI of this project`,
        });
      }
      const words = rest.split(/\s+/).filter(Boolean);
      const [first = "", second = ""] = words;
      const isGroup = (await help([first])).includes("SUBCOMMANDS");
      const path = isGroup ? [first, second] : [first];
      const text = await help(path);
      if (!text.includes(`supabase ${path.join(" ")} `)) {
        complaints.push({ page, line, message: `there is no supabase ${path.join(" ")}` });
      }
      for (const [option] of rest.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)) {
        if (new RegExp(`(?:^|[\\s,])${option}(?:[\\s,=\\[]|$)`, "m").test(text)) continue;
        complaints.push({ page, line, message: `supabase ${path.join(" ")} has no ${option}` });
      }
    }
  }
  return complaints;
}
