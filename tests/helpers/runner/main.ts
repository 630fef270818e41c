import { fileURLToPath } from "node:url";
import { startTestServer, type TestServer } from "../stack/server.ts";
import { Progress, type ShareProgress } from "./progress.ts";

const folders = ["tests/unit", "tests/api", "tests/sql", "tests/integration"];
/** What needs more than a database, or much time, runs only when a word begins with its folder. */
const foldersByName = ["tests/agents", "tests/browser", "tests/limits", "tests/soak"];
const root = new URL("../../..", import.meta.url);
const running = new Set<Deno.ChildProcess>();
/** Set in the process that runs the second share, which does not share again. */
const besideAnother = "TEST_BESIDE_ANOTHER";
const lock = `--lock=${fileURLToPath(new URL("tests/deno.lock", root))}`;

/**
 * Runs the tests against one local Supabase, started here on a free port, and ends with the line `N passed, N failed`.
 *
 *   deno task test                      everything
 *   deno task test unit metrics         files whose path contains one of the words
 *   deno task test --fail-fast digest   words that begin with a dash go to `deno test`
 *
 * Files run in parallel, so each test makes its own people and organizations. Files that need the database to
 * themselves, because they compare all of it or run every due job, or the process's environment, are named
 * `…_alone_test.ts` and run one by one. In memory there are three local Supabases: two with half of the other files each,
 * one for these. DATABASE_URL runs all of them against one PostgreSQL server, which is emptied. TEST_LOG=1 shows what the
 * functions log.
 */
if (import.meta.main) {
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  const words = args.filter((arg) => !isFlag(arg));
  const flags = args.filter(isFlag);
  const files = await testFiles(words);
  if (files.length === 0) {
    console.error(`No test file's path contains ${words.join(" or ")}`);
    return 1;
  }
  const isBeside = Boolean(Deno.env.get(besideAnother));
  const progress = new Progress(files.length, isBeside ? () => {} : (line) => console.error(line));
  const isOneServer = ["DATABASE_URL", besideAnother].some((name) => Deno.env.get(name));
  const [here = [], ...beside] = isOneServer ? [files] : await shares(files);
  const runs = await Promise.all([
    runGroups(flags, here, progress.share(here.length)),
    ...beside.map((share) => runBeside(args, share, progress.share(share.length))),
  ]);
  const count = (what: "passed" | "failed") => runs.reduce((sum, one) => sum + one[what], 0);
  console.log(`\n${count("passed")} passed, ${count("failed")} failed`);
  return Math.max(...runs.map((one) => one.code));
}

/**
 * Shares that run at the same time, each against a local Supabase of its own, which keeps one core busy: the files that
 * may run in parallel, in two halves by their size, and those that want to be alone.
 */
async function shares(files: string[]): Promise<string[][]> {
  const size = async (file: string) => (await Deno.stat(new URL(file, root))).size;
  const sized = await Promise.all(
    files.filter((file) => !isAlone(file)).map(async (file) => ({ file, size: await size(file) })),
  );
  const [one, other] = [[] as string[], [] as string[]];
  let ahead = 0;
  for (const { file, size } of sized.sort((a, b) => b.size - a.size)) {
    (ahead > 0 ? other : one).push(file);
    ahead += ahead > 0 ? -size : size;
  }
  return [one, other, files.filter(isAlone)].filter((share) => share.length > 0);
}

function isAlone(file: string): boolean {
  return file.endsWith("_alone_test.ts");
}

/** Runs the files that may run in parallel, then those that may not, against one server. */
async function runGroups(flags: string[], files: string[], progress: ShareProgress): Promise<Run> {
  const alone = files.filter(isAlone).sort();
  const together = files.filter((file) => !isAlone(file)).sort();
  const inherited = Deno.env.toObject();
  const needsServer = [...together, ...alone].some((file) => !file.startsWith("tests/unit/"));
  const server = needsServer ? await startTestServer() : undefined;
  const stop = onInterrupt(server);
  try {
    const environment: Record<string, string> = { ...inherited, ...server?.environment };
    delete environment["DATABASE_URL"]; // whoever starts another stack in a test means one of its own
    progress.runs(navigator.hardwareConcurrency);
    const first = await run(together, ["--parallel", ...flags], environment, progress);
    progress.runs(1);
    const second = await run(alone, flags, environment, progress);
    progress.end();
    return {
      code: Math.max(first.code, second.code),
      passed: first.passed + second.passed,
      failed: first.failed + second.failed,
    };
  } finally {
    stop();
    await server?.stop();
  }
}

/** Runs files in a process like this one, with a server of its own, and shows what it printed when it has ended. */
async function runBeside(args: string[], files: string[], progress: ShareProgress): Promise<Run> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", lock, fileURLToPath(import.meta.url), ...args.filter(isFlag), ...files],
    env: { [besideAnother]: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  running.add(child);
  progress.runs(files.every(isAlone) ? 1 : navigator.hardwareConcurrency);
  const [printed, stderr] = await Promise.all([
    gather(child.stdout, (text) => progress.hear(text)),
    gather(child.stderr, () => {}),
  ]);
  const { code } = await child.status;
  running.delete(child);
  progress.end();
  const summary = /^(\d+) passed, (\d+) failed$/m.exec(printed);
  // Its last line counts its own files only; the one line that counts all is the last of this process.
  await writeAll(new TextEncoder().encode(printed.slice(0, summary?.index)));
  await writeAll(new TextEncoder().encode(stderr));
  return { code, passed: Number(summary?.[1] ?? 0), failed: Number(summary?.[2] ?? 0) };
}

function isFlag(arg: string): boolean {
  return arg.startsWith("-");
}

interface Run {
  code: number;
  passed: number;
  failed: number;
}

/** All that a stream says, each piece of it told as it comes. */
async function gather(
  stream: ReadableStream<Uint8Array>,
  hear: (text: string) => void,
): Promise<string> {
  let all = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    all += text;
    hear(text);
  }
  return all;
}

async function run(
  files: string[],
  flags: string[],
  env: Record<string, string>,
  progress: ShareProgress,
): Promise<Run> {
  if (files.length === 0) return { code: 0, passed: 0, failed: 0 };
  const child = new Deno.Command(Deno.execPath(), {
    // Types are checked by `deno task check`, once.
    args: ["test", "-A", "--no-check", lock, ...flags, ...files],
    cwd: root,
    env,
    clearEnv: true, // the functions' variables are set in this process, and no test may lean on them
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  running.add(child);
  const { passed, failed } = await relay(child.stdout, progress);
  const { code } = await child.status;
  running.delete(child);
  return { code, passed, failed };
}

/** Prints what arrives as it arrives, and reads the counts out of the summary that ends it. */
async function relay(
  output: ReadableStream<Uint8Array>,
  progress: ShareProgress,
): Promise<Omit<Run, "code">> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of output) {
    await writeAll(chunk);
    const text = decoder.decode(chunk, { stream: true });
    progress.hear(text);
    tail = (tail + text).slice(-4000);
  }
  // deno-lint-ignore no-control-regex -- colours are control characters
  const plain = tail.replaceAll(/\u001b\[[0-9;]*m/g, "");
  const summary = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm)].at(-1);
  return { passed: Number(summary?.[1] ?? 0), failed: Number(summary?.[2] ?? 0) };
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    offset += await Deno.stdout.write(bytes.subarray(offset));
  }
}

async function testFiles(words: string[]): Promise<string[]> {
  const found: string[] = [];
  const named = foldersByName.filter((folder) => words.some((word) => word.startsWith(folder)));
  for (const folder of named.length > 0 ? named : folders) await collect(folder, found);
  return found
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

async function collect(folder: string, found: string[]): Promise<void> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await collect(path, found);
    else if (path.endsWith("_test.ts")) found.push(path);
  }
}

/** Ends the tests and the server when this process is told to end, so that neither is left behind. */
function onInterrupt(server: TestServer | undefined): () => void {
  const interrupt = () => {
    for (const child of running) child.kill("SIGTERM");
    Promise.resolve(server?.stop()).finally(() => Deno.exit(130));
  };
  Deno.addSignalListener("SIGINT", interrupt);
  Deno.addSignalListener("SIGTERM", interrupt);
  return () => {
    Deno.removeSignalListener("SIGINT", interrupt);
    Deno.removeSignalListener("SIGTERM", interrupt);
  };
}
