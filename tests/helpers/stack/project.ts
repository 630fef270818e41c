import { equal } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";

const MAIN = fileURLToPath(new URL("../../../local/main.ts", import.meta.url));
/** The last line of a start. */
export const READY = /Ctrl-C stops\./;
/** How long a start may take on a busy machine before the test gives up on it. */
const PATIENCE = 300_000;

/** A small project of its own in a temporary folder, so that nothing here depends on the real schema. */
export class Project implements AsyncDisposable {
  readonly state: string;
  #starts: Start[] = [];

  private constructor(readonly root: string) {
    this.state = `${root}/.local`;
  }

  static async create(): Promise<Project> {
    const project = new Project(await Deno.makeTempDir({ prefix: "start-test-" }));
    await project.file("supabase/config.toml", CONFIG);
    await project.file("supabase/migrations/20250101000000_notes.sql", MIGRATION);
    await project.file("supabase/seed.sql", "insert into public.notes (body) values ('seeded');\n");
    await project.file("supabase/functions/.env", 'FROM_DOTENV="from functions/.env"\n');
    await project.file("supabase/functions/echo/index.ts", ECHO);
    return project;
  }

  async file(path: string, text: string): Promise<void> {
    const target = `${this.root}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(target, text);
  }

  start(args: string[] = [], env: Record<string, string> = {}): Start {
    // The last of two --port wins.
    const start = new Start(["--root", this.root, "--port", "0", ...args], env);
    this.#starts.push(start);
    return start;
  }

  /** What the last start has written for scripts. */
  async env(): Promise<Record<string, string | undefined>> {
    return parseEnv(await Deno.readTextFile(this.envFile()));
  }

  envFile(): string {
    const paths = this.#starts.flatMap(({ output }) =>
      /^These values are in (.+) too\./m.exec(output)?.[1] ?? []
    );
    return paths.at(-1) ?? "";
  }

  async notes(key: "publishable" | "secret", init: RequestInit = {}): Promise<Response> {
    const env = await this.env();
    const apikey = key === "secret" ? env.SUPABASE_SECRET_KEY : env.SUPABASE_PUBLISHABLE_KEY;
    const response = await fetch(`${env.SUPABASE_URL}/rest/v1/notes?select=body&order=body`, {
      ...init,
      headers: { apikey: apikey ?? "", "content-type": "application/json" },
    });
    return new Response(await response.text() || null, response);
  }

  async bodies(): Promise<string[]> {
    const rows: { body: string }[] = await (await this.notes("secret")).json();
    return rows.map((row) => row.body);
  }

  async write(body: string): Promise<number> {
    return (await this.notes("secret", { method: "POST", body: JSON.stringify({ body }) })).status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

/** A running `deno task start`. */
export class Start implements AsyncDisposable {
  output = "";
  #errors = "";
  readonly #process: Deno.ChildProcess;
  readonly #finished: Promise<unknown>;
  #changed = Promise.withResolvers<void>();

  constructor(args: string[], env: Record<string, string>) {
    // The runner of these tests has a local Supabase of its own, whose variables would win here.
    const ours = /^(SUPABASE_|API_SECRET|DIGEST_|SIGNING_|TOKEN_|DATABASE_URL|ENVIRONMENT|FROM_)/;
    const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => !ours.test(name));
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...args],
      env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#finished = Promise.all([
      this.#read(this.#process.stdout, (text) => this.output += text),
      this.#read(this.#process.stderr, (text) => this.#errors += text),
      this.#process.status,
    ]);
  }

  /** The output once it matches; fails when the process ends or time runs out first. */
  async waitFor(pattern: RegExp): Promise<string> {
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), PATIENCE);
    try {
      while (!pattern.test(this.output)) {
        const event = await Promise.race([
          this.#changed.promise,
          this.#finished.then(() => "ended"),
          late.promise,
        ]);
        if (event && !pattern.test(this.output)) {
          throw new Error(`start ${event} without ${pattern}:\n${this.output}\n${this.#errors}`);
        }
      }
      return this.output;
    } finally {
      clearTimeout(timer);
    }
  }

  async exitCode(): Promise<number> {
    await this.#finished;
    return (await this.#process.status).code;
  }

  /** What went to stderr, which must be a single line. */
  onlyError(): string {
    const lines = this.#errors.trimEnd().split("\n");
    equal(lines.length, 1, `stderr has more than one line:\n${this.#errors}`);
    return lines[0] ?? "";
  }

  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended already, which is fine.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#finished;
  }

  async #read(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      add(text);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}

const CONFIG = `project_id = "start-test"
[functions.echo]
verify_jwt = false
`;

const MIGRATION = `
create extension if not exists pg_cron;
create extension if not exists pg_net;
create extension if not exists supabase_vault;
create table public.notes (body text primary key);
alter table public.notes enable row level security;
revoke all on public.notes from anon, authenticated, service_role;
grant select, insert on public.notes to service_role;
`;

const ECHO = `
export default {
  fetch(request: Request): Response {
    const { pathname, search } = new URL(request.url);
    return Response.json({
      path: pathname + search,
      client: request.headers.get("x-forwarded-for"),
      api_secret_key: Deno.env.get("API_SECRET_KEY"),
      from_dotenv: Deno.env.get("FROM_DOTENV"),
    });
  },
};
`;
