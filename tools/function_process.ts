import { fileURLToPath } from "node:url";

/** Functions in a process of their own. */
export interface FunctionProcess {
  /** Where they answer; a function's name is the first segment of the path. */
  url: string;
  pid: number;
  /** Ends the process and resolves when it has. */
  stop(): Promise<void>;
  /** Kills it in the middle of whatever it does. */
  kill(): Promise<void>;
}

export interface FunctionProcessOptions {
  names: string[];
  env: Record<string, string>;
  /** Whether they see nothing of this process's environment but what Deno itself needs. */
  clearEnv?: boolean;
  /** The folder of the functions. Default: this project's. */
  folder?: string;
  /** The module of each: `index.ts` with deno.json's import map, the default, or a bundle's `index.js`, which needs none. */
  entry?: "index.ts" | "index.js";
  /** The Deno to run them on. Default: the one that runs this. */
  deno?: string;
  /** The most memory that V8 may take, in MiB, as the hosted platform limits it. Default: what Deno takes. */
  heap?: number;
}

/** How long starting may take, in milliseconds. */
const patience = 60_000;

/**
 * Starts functions as hosted_runner.ts serves them. They end when this process does, however it does.
 * @throws Error with what they said when they do not start
 */
export async function startFunctions(options: FunctionProcessOptions): Promise<FunctionProcess> {
  const {
    names,
    env,
    folder = fileURLToPath(new URL("../supabase/functions", import.meta.url)),
    deno = Deno.execPath(),
    entry = "index.ts",
    heap,
    clearEnv = false,
  } = options;
  const runner = fileURLToPath(new URL("hosted_runner.ts", import.meta.url));
  const flags = ["-A", "--quiet", "--no-lock"];
  flags.push(...(entry === "index.ts" ? ["--config", "deno.json"] : ["--no-config"]));
  if (heap !== undefined) flags.push(`--v8-flags=--max-heap-size=${heap}`);
  const child = new Deno.Command(deno, {
    args: ["run", ...flags, runner, folder, entry, ...names],
    cwd: folder,
    env: {
      ...(clearEnv ? denoEnvironment() : {}),
      ...env,
      DENO_TLS_CA_STORE: "system",
      DENO_NO_UPDATE_CHECK: "1",
    },
    clearEnv,
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const listening = Promise.withResolvers<string>();
  const ended = eachText(child.stderr, (text) => {
    said = (said + text).slice(-4000);
    const url = /^listening on (\S+)\n/m.exec(said)?.[1];
    if (url !== undefined) listening.resolve(url);
  }).finally(() => listening.reject(new Error("the process has ended")));
  const late = setTimeout(() => listening.reject(new Error("no URL in time")), patience);
  const end = async (tell: () => unknown) => {
    await tell();
    await child.status;
    await ended;
  };
  const stop = () => end(() => child.stdin.close().catch(() => {})); // it may have ended already
  try {
    const url = await listening.promise;
    return { url, pid: child.pid, stop, kill: () => end(() => child.kill("SIGKILL")) };
  } catch (error) {
    await stop();
    throw new Error(`the functions did not start: ${said}`, { cause: error });
  } finally {
    clearTimeout(late);
  }
}

function denoEnvironment(): Record<string, string> {
  const kept = ["PATH", "HOME", "DENO_DIR"];
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => kept.includes(name)),
  );
}

async function eachText(
  stream: ReadableStream<Uint8Array>,
  hear: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) hear(text);
}
