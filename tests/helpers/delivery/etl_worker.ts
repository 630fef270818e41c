import { fileURLToPath } from "node:url";
import { testEnv } from "../stack/api.ts";

/** The function etl in a process of its own, as it runs when it is deployed; it can be killed. */
export interface Worker {
  url: string;
  pid: number;
  tick(jobId: string): Promise<unknown>;
  kill(): Promise<void>;
}

/** What a process needs to run the function against a stack. */
export type WorkerEnvironment = Record<string, string>;

/** The environment of the functions of the stack that the tests run against. */
function testEnvironment(): WorkerEnvironment {
  return {
    ENVIRONMENT: "development",
    SUPABASE_URL: testEnv("TEST_URL"),
    SUPABASE_PUBLISHABLE_KEY: testEnv("TEST_PUBLISHABLE_KEY"),
    SUPABASE_SECRET_KEY: testEnv("TEST_SECRET_KEY"),
    API_SECRET_KEY: testEnv("TEST_API_SECRET_KEY"),
    DIGEST_CRON_SECRET: testEnv("TEST_CRON_SECRET"),
    SIGNING_SECRET: testEnv("TEST_SIGNING_SECRET"),
    API_KEY_SECRET: testEnv("TEST_API_KEY_SECRET"),
    TOKEN_ENCRYPTION_KEYS: testEnv("TEST_ENCRYPTION_KEYS"),
    GITHUB_API_URL: testEnv("TEST_GITHUB_URL"),
  };
}

/** Starts the function on a free port, and answers when it listens. */
export async function startWorker(env: WorkerEnvironment = testEnvironment()): Promise<Worker> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      fileURLToPath(new URL("etl_worker_main.ts", import.meta.url)),
    ],
    env: { ...Deno.env.toObject(), ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  let port: string | undefined;
  while (port === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The worker ended: ${printed}`);
    printed += value;
    port = /^listening on (\d+)$/m.exec(printed)?.[1];
  }
  // Whatever it logs must be read, or it would wait for a reader.
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid: child.pid,
    tick: async (jobId) => {
      const response = await fetch(`${url}/etl/tick`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${env["API_SECRET_KEY"]}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ job_id: jobId }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status} ${text}`);
      return JSON.parse(text);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await child.status;
      await drained;
    },
  };
}
