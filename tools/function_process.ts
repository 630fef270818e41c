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
    heap,
    clearEnv = false,
  } = options;
  const runner = fileURLToPath(new URL("hosted_runner.ts", import.meta.url));
  const flags = ["-A", "--quiet", "--no-lock", "--config", "deno.json"];
  if (heap !== undefined) flags.push(`--v8-flags=--max-heap-size=${heap}`);
  const child = new Deno.Command(deno, {
    args: ["run", ...flags, runner, folder, ...names],
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
  const said = new Output(child.stderr);
  const end = async (tell: () => unknown) => {
    await tell();
    await child.status;
    await said.ended;
  };
  const stop = () => end(() => child.stdin.close().catch(() => {})); // it may have ended already
  try {
    const [, url = ""] = await said.line(/^listening on (\S+)\n/m);
    return {
      url,
      pid: child.pid,
      stop,
      kill: () => end(() => child.kill("SIGKILL")),
    };
  } catch (error) {
    await stop();
    throw new Error(`the functions did not start: ${said.end}`, { cause: error });
  }
}

function denoEnvironment(): Record<string, string> {
  const kept = ["PATH", "HOME", "DENO_DIR"];
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => kept.includes(name)),
  );
}

/** What a process prints. Nothing of it is kept but the end, and lines that are waited for. */
class Output {
  end = "";
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;
  #awaited: { pattern: RegExp; found: (match: RegExpExecArray) => void }[] = [];

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  /** The first line from now on that matches. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      this.#awaited.push({ pattern, found: resolve });
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no ${pattern} in time`)), patience);
    const closed = this.ended.then(() => {
      throw new Error("the process has ended");
    });
    try {
      return await Promise.race([found, closed, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.end += decoder.decode(chunk, { stream: true });
      this.#awaited = this.#awaited.filter(({ pattern, found }) => {
        const match = pattern.exec(this.end);
        if (match === null) return true;
        this.end = this.end.slice(match.index + match[0].length);
        found(match);
        return false;
      });
      this.end = this.end.slice(-4000);
    }
  }
}
