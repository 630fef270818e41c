import { deepStrictEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { parseEnv } from "node:util";
import { Project, READY } from "../helpers/stack/project.ts";

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
  await t.step("it says how far it is", () => {
    match(output, /^Opening the database\nMigration 1 of 1\nDemo data\n/);
  });
  await t.step("only the owner may read keys", async () => {
    if (Deno.build.os === "windows") return;
    for (const file of [project.envFile(), `${project.state}/secrets.env`]) {
      equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
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

Deno.test("each port has an env of its own, and that of config.toml is .local/env", async (t) => {
  await using project = await Project.create();
  const configured = freePort();
  await project.file("supabase/config.toml", `project_id = "x"\n[api]\nport = ${configured}\n`);
  await using first = project.start(["--memory", "--port", String(configured)]);
  await first.waitFor(READY);
  const path = project.envFile();
  equal(path, `${project.state}/env`);
  const before = await project.env();

  await t.step("another start leaves it alone, and takes its own along", async () => {
    await using second = project.start(["--memory"]);
    await second.waitFor(READY);
    const { SUPABASE_URL = "" } = await project.env();
    equal(project.envFile(), `${project.state}/${new URL(SUPABASE_URL).port}/env`);
    second.signal("SIGTERM");
    equal(await second.exitCode(), 0);
    deepStrictEqual(Array.from(Deno.readDirSync(project.state), ({ name }) => name).sort(), [
      "env",
      "secrets.env",
    ]);
  });
  deepStrictEqual(parseEnv(await Deno.readTextFile(path)), before);
});

Deno.test("start says why the functions are not ready, and nothing about pg_cron's first minute", async () => {
  await using project = await Project.create();
  await project.file("supabase/config.toml", HEALTH_CONFIG);
  await project.file("supabase/functions/health/index.ts", HEALTH);
  await using start = project.start(["--memory"]);
  const output = await start.waitFor(READY);
  match(
    output,
    /but is not ready: configuration: SIGNING_SECRET is not set; auth: answered 500\.\n/,
  );
  ok(!/is ready after|cron/.test(output), output);
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
  await t.step("a database that is no PostgreSQL, without its password", async () => {
    for (
      const [url, reason] of [
        ["mysql://me:hush@127.0.0.1/nope", "is no PostgreSQL URL: it begins with mysql:"],
        ["hush", "is not a URL"],
      ]
    ) {
      await using start = project.start([], { DATABASE_URL: url ?? "" });
      equal(await start.exitCode(), 1);
      equal(
        start.onlyError(),
        `start: DATABASE_URL ${reason}; expected postgres://user:password@host:5432/database`,
      );
    }
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

const HEALTH_CONFIG = `project_id = "start-test"
[functions.health]
verify_jwt = false
`;

/** Answers as the real one does where something is missing. */
const HEALTH = `
const checks = {
  configuration: { status: "failed", duration_ms: 0, reason: "SIGNING_SECRET is not set" },
  database: { status: "ok", duration_ms: 4 },
  auth: { status: "failed", duration_ms: 5, reason: "answered 500" },
  cron: { status: "failed", duration_ms: 5, reason: "last ran 7200 s ago" },
};
export default {
  fetch: () => Response.json({ ready: false, checks }, { status: 503 }),
};
`;

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
