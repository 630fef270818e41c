import { hostedMemory, usage } from "../../../bench/processes.ts";
import { type FunctionProcess, startFunctions } from "../../../tools/function_process.ts";
import { testEnv } from "../stack/api.ts";
import { functionEnvironment } from "../stack/in_process.ts";

/** A request as it goes to a function's process. */
export interface MeteredRequest {
  method: string;
  /** With the function's name as its first segment. */
  path: string;
  query?: Record<string, string | number | undefined> | undefined;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | undefined;
  /** What is still worked on after the answer, to be waited for. */
  after?: (() => Promise<unknown>) | undefined;
}

/** What a request cost the process that answered it. */
export interface Cost {
  status: number;
  text: string;
  /** CPU time of all its threads in milliseconds, in steps of ten. */
  cpu: number;
  /** The most memory it held beyond what Deno without a function holds, in MiB. */
  memory: number;
}

/** Functions, each in a process of its own with as much memory for V8 as hosted Supabase gives a function. */
export class Meter implements AsyncDisposable {
  readonly #processes = new Map<string, Promise<FunctionProcess>>();
  readonly #empty: number;

  private constructor(empty: number) {
    this.#empty = empty;
  }

  static async start(): Promise<Meter> {
    const process = await startFunctions({ names: [], env: {}, heap: hostedMemory });
    const { rss } = await usage(process.pid);
    await process.stop();
    return new Meter(rss);
  }

  /** Sends a request to its function, alone, and answers what it cost. */
  async measure({ method, path, query, headers, body, after }: MeteredRequest): Promise<Cost> {
    const { url, pid } = await this.#process(path.split("/")[1] ?? "");
    const to = new URL(url + path);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) to.searchParams.append(name, String(value));
    }
    // The kernel forgets the peak so far: what is read below is this request's.
    await Deno.writeTextFile(`/proc/${pid}/clear_refs`, "5");
    const before = await usage(pid);
    const response = await fetch(to, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
    });
    const text = await response.text();
    await after?.();
    const { cpu, peak } = await usage(pid);
    return { status: response.status, text, cpu: cpu - before.cpu, memory: peak - this.#empty };
  }

  #process(name: string): Promise<FunctionProcess> {
    const started = this.#processes.get(name) ??
      startFunctions({ names: [name], env: environment(), heap: hostedMemory });
    this.#processes.set(name, started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes.values()) await (await process).stop();
  }
}

/** That of a deployment with everything configured. */
function environment(): Record<string, string> {
  return {
    ...functionEnvironment(),
    APP_URL: "https://app.livinglytics.test",
    FUNCTIONS_URL: "https://api.livinglytics.test/functions/v1",
    DIGEST_FROM: "Living Lytics <digest@livinglytics.test>",
    RESEND_API_KEY: "re_key_of_the_tests",
    RESEND_WEBHOOK_SECRET: testEnv("TEST_WEBHOOK_SECRET"),
    GITHUB_API_URL: testEnv("TEST_GITHUB_URL"),
    GITHUB_TOKEN: "ghp_ok-octocat-service",
    GITHUB_WEBHOOK_SECRET: testEnv("TEST_GITHUB_WEBHOOK_SECRET"),
    RATE_LIMIT_SIGN_IN: "1000000/60",
    RATE_LIMIT_SIGN_IN_ACCOUNT: "1000000/60",
    RATE_LIMIT_REGISTER: "1000000/60",
  };
}
