import { deepStrictEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";

const MAIN = fileURLToPath(new URL("../../local/main.ts", import.meta.url));
const READY = /Ctrl-C stops\./;
/** How long a start may take on a busy machine before the test gives up on it. */
const PATIENCE = 40_000;

Deno.test("start prints what a person needs and writes .local/env", async (t) => {
  await using project = await Project.create();
  await using start = project.start();
  const output = await start.waitFor(READY);
  const env = await project.env();

  await t.step("the printed values are those of .local/env", () => {
    for (const [name, value] of Object.entries(env)) {
      ok(value && output.includes(value), `${name} is not printed`);
    }
    deepStrictEqual(Object.keys(env), [
      "SUPABASE_URL",
      "SUPABASE_PUBLISHABLE_KEY",
      "SUPABASE_SECRET_KEY",
      "API_SECRET_KEY",
    ]);
    match(env.SUPABASE_PUBLISHABLE_KEY ?? "", /^sb_publishable_/);
    match(env.SUPABASE_SECRET_KEY ?? "", /^sb_secret_/);
  });
  await t.step("the demo logins and a curl line are printed", () => {
    match(output, /demo@livinglytics\.test\s+demo123/);
    match(output, /pilot@livinglytics\.test\s+pilot123/);
    match(output, /admin@livinglytics\.test\s+admin123/);
    ok(output.includes(
      `curl -H 'Authorization: Bearer ${env.API_SECRET_KEY}' ` +
        `'${env.SUPABASE_URL}/functions/v1/dashboard/tiles?email=demo@livinglytics.test'`,
    ));
  });
  await t.step("only the owner may read keys", async () => {
    if (Deno.build.os === "windows") return;
    for (const file of ["env", "secrets.env"]) {
      equal(((await Deno.stat(`${project.state}/${file}`)).mode ?? 0) & 0o777, 0o600);
    }
  });
  await t.step("a function is served with its name first in the path", async () => {
    const url = `${env.SUPABASE_URL}/functions/v1/echo/a?b=c`;
    const response = await fetch(url, { headers: { "x-forwarded-for": "203.0.113.9" } });
    deepStrictEqual(await response.json(), {
      path: "/echo/a?b=c",
      client: "127.0.0.1",
      api_secret_key: env.API_SECRET_KEY,
      from_dotenv: "from functions/.env",
    });
  });
  await t.step("an unknown path is a problem", async () => {
    const response = await fetch(`${env.SUPABASE_URL}/nowhere`);
    equal(response.status, 404);
    equal(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
  });
  await t.step("Swagger UI is served at /docs", async () => {
    match(await (await fetch(`${env.SUPABASE_URL}/docs`)).text(), /swagger-ui-bundle\.js/);
  });
  await t.step("a second start on the same folder is one line", async () => {
    await using second = project.start();
    equal(await second.exitCode(), 1);
    match(second.onlyError(), /is in use by process \d+/);
  });
  await t.step("a taken port is one line", async () => {
    await using other = await Project.create();
    const port = new URL(env.SUPABASE_URL ?? "").port;
    await using second = other.start(["--port", port]);
    equal(await second.exitCode(), 1);
    match(second.onlyError(), new RegExp(`Port ${port} is taken`));
  });
  await t.step("grants stay what the migrations made them, whatever was requested", async () => {
    equal((await project.notes("publishable")).status, 401);
    equal((await project.notes("secret")).status, 200);
    equal((await project.notes("publishable")).status, 401);
  });
});

Deno.test("start keeps the data over Ctrl-C and kill -9, and --reset empties it", async (t) => {
  await using project = await Project.create();
  let keys: Record<string, string | undefined> = {};

  await t.step("Ctrl-C stops with 0", async () => {
    await using start = project.start();
    await start.waitFor(READY);
    keys = await project.env();
    deepStrictEqual(await project.bodies(), ["seeded"]);
    equal(await project.write("before Ctrl-C"), 201);
    start.signal("SIGINT");
    equal(await start.exitCode(), 0);
  });
  await t.step(
    "a start after Ctrl-C has the data and the keys, and seeds no second time",
    async () => {
      await using start = project.start();
      await start.waitFor(READY);
      deepStrictEqual(await project.bodies(), ["before Ctrl-C", "seeded"]);
      equal((await project.env()).SUPABASE_SECRET_KEY, keys.SUPABASE_SECRET_KEY);
      equal(await project.write("before kill -9"), 201);
      start.signal("SIGKILL");
      notEqual(await start.exitCode(), 0);
    },
  );
  await t.step("a start after kill -9 recovers", async () => {
    await using start = project.start();
    await start.waitFor(READY);
    deepStrictEqual(await project.bodies(), ["before Ctrl-C", "before kill -9", "seeded"]);
    start.signal("SIGTERM");
    equal(await start.exitCode(), 0);
  });
  await t.step("--reset --no-seed leaves nothing but the schema", async () => {
    await using start = project.start(["--reset", "--no-seed"]);
    ok(!(await start.waitFor(READY)).includes("demo123"));
    deepStrictEqual(await project.bodies(), []);
  });
});

Deno.test("start prefers the environment to functions/.env to generated values", async () => {
  await using project = await Project.create();
  await using start = project.start(["--memory"], {
    API_SECRET_KEY: "from-the-environment",
    FROM_DOTENV: "from the environment",
  });
  await start.waitFor(READY);
  const env = await project.env();
  equal(env.API_SECRET_KEY, "from-the-environment");
  const response = await fetch(`${env.SUPABASE_URL}/functions/v1/echo`);
  const body: unknown = await response.json();
  equal(Reflect.get(Object(body), "api_secret_key"), "from-the-environment");
  equal(Reflect.get(Object(body), "from_dotenv"), "from the environment");
});

Deno.test("start names the line of a failing migration", async () => {
  await using project = await Project.create();
  const migration = "create table public.fine (id int);\n\nselect * from public.missing;\n";
  await project.file("supabase/migrations/20250102000000_broken.sql", migration);
  await using start = project.start(["--memory"]);
  equal(await start.exitCode(), 1);
  equal(
    start.onlyError(),
    "start: supabase/migrations/20250102000000_broken.sql:3: " +
      'relation "public.missing" does not exist',
  );
});

Deno.test("start refuses a database that other migrations made", async () => {
  await using project = await Project.create();
  {
    await using start = project.start();
    await start.waitFor(READY);
    start.signal("SIGTERM");
    equal(await start.exitCode(), 0);
  }
  await Deno.rename(
    `${project.root}/supabase/migrations/20250101000000_notes.sql`,
    `${project.root}/supabase/migrations/20250103000000_notes.sql`,
  );
  await using start = project.start();
  equal(await start.exitCode(), 1);
  equal(
    start.onlyError(),
    "start: This database has had migrations that are not in supabase/migrations (20250101000000 for one); " +
      "--reset starts a new one",
  );
});

Deno.test("start tells in one line what is wrong with its surroundings", async (t) => {
  await using project = await Project.create();

  await t.step("an unreachable database, without its password", async () => {
    await using start = project.start([], { DATABASE_URL: "postgres://me:hush@127.0.0.1:1/nope" });
    equal(await start.exitCode(), 1);
    match(start.onlyError(), /Cannot reach the database at 127\.0\.0\.1:1\/nope/);
    ok(!start.onlyError().includes("hush"));
  });
  await t.step("an unknown option", async () => {
    await using start = project.start(["--colour"]);
    equal(await start.exitCode(), 2);
    match(start.onlyError(), /--colour/);
  });
  await t.step("a port that is no port", async () => {
    await using start = project.start(["--port", "http"]);
    equal(await start.exitCode(), 2);
    match(start.onlyError(), /--port takes a number/);
  });
  await t.step("a faulty config.toml, with its line", async () => {
    await project.file("supabase/config.toml", 'project_id = "x"\n[api\n');
    await using start = project.start(["--memory"]);
    equal(await start.exitCode(), 1);
    match(start.onlyError(), /config\.toml:2: /);
  });
  await t.step("--help lists the options", async () => {
    await using start = project.start(["--help"]);
    equal(await start.exitCode(), 0);
    for (const option of ["--port", "--memory", "--no-seed", "--reset", "DATABASE_URL"]) {
      ok(start.output.includes(option), `${option} is missing`);
    }
  });
});

/** A small project of its own in a temporary folder, so that nothing here depends on the real schema. */
class Project implements AsyncDisposable {
  readonly state: string;

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
    return new Start(["--root", this.root, "--port", "0", ...args], env);
  }

  async env(): Promise<Record<string, string | undefined>> {
    return parseEnv(await Deno.readTextFile(`${this.state}/env`));
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
class Start implements AsyncDisposable {
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
