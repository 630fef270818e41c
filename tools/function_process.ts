import { fileURLToPath } from "node:url";

/** Functions in a process of their own. */
export interface FunctionProcess {
  /** Where they answer; a function's name is the first segment of the path. */
  url: string;
  pid: number;
  /** What V8 holds at this moment. */
  memory(): Promise<Deno.MemoryUsage>;
  /** Ends the process and resolves when it has. */
  stop(): Promise<void>;
  /** Kills it in the middle of whatever it does. */
  kill(): Promise<void>;
}

export interface FunctionProcessOptions {
  names: string[];
  env: Record<string, string>;
  /** The folder of the functions. Default: this project's. */
  folder?: string;
  /** The Deno to run them on. Default: the one that runs this. */
  deno?: string;
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
  } = options;
  const runner = fileURLToPath(new URL("hosted_runner.ts", import.meta.url));
  const flags = ["-A", "--quiet", "--no-lock", "--config", "deno.json"];
  const child = new Deno.Command(deno, {
    args: ["run", ...flags, runner, folder, ...names],
    cwd: folder,
    env: { ...env, DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Output(child.stdout);
  const complaints = new Response(child.stderr).text();
  const end = async (tell: () => unknown) => {
    await tell();
    await child.status;
    await complaints;
  };
  const stop = () => end(() => child.stdin.close().catch(() => {})); // it may have ended already
  try {
    const [, url = ""] = await said.line(/^listening on (\S+)\n/m);
    return {
      url,
      pid: child.pid,
      memory: async () => {
        const ask = async () => await child.kill("SIGUSR2");
        const [[, memory = ""]] = await Promise.all([said.line(/^memory (.+)\n/m), ask()]);
        return JSON.parse(memory);
      },
      stop,
      kill: () => end(() => child.kill("SIGKILL")),
    };
  } catch (error) {
    await stop();
    throw new Error(`the functions did not start: ${await complaints}`, { cause: error });
  }
}

/** What a process prints. Nothing of it is kept but the end, and lines that are waited for. */
class Output {
  #end = "";
  #awaited: { pattern: RegExp; found: (match: RegExpExecArray) => void }[] = [];
  readonly #closed: Promise<never>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#closed = this.#read(stream);
    this.#closed.catch(() => {}); // whoever waits for a line learns it
  }

  /** The first line from now on that matches. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      this.#awaited.push({ pattern, found: resolve });
    });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`no ${pattern} in time`)), patience);
    try {
      return await Promise.race([found, this.#closed, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<never> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      if (this.#awaited.length === 0) continue;
      const text = this.#end + decoder.decode(chunk, { stream: true });
      this.#awaited = this.#awaited.filter(({ pattern, found }) => {
        const match = pattern.exec(text);
        if (match) found(match);
        return !match;
      });
      this.#end = this.#awaited.length === 0 ? "" : text.slice(-4000);
    }
    throw new Error("the process has ended");
  }
}
