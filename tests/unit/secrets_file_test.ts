import assert from "node:assert/strict";
import { parseEnv as parseDotenv } from "node:util";
import { fileURLToPath } from "node:url";
import { parseEnv } from "../../supabase/functions/_shared/http/env.ts";
import { filledIn } from "../../tools/lib/secrets_file.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = await Deno.readTextFile(`${root}/supabase/functions/.env.example`);
const given = { FUNCTIONS_URL: "https://abcdefghijklmnopqrst.supabase.co/functions/v1" };
const platform = {
  SUPABASE_URL: "https://abcdefghijklmnopqrst.supabase.co",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_x",
  SUPABASE_SECRET_KEY: "sb_secret_x",
};

Deno.test("a filled-in template is all that production needs, each time with other secrets", () => {
  const [first, second] = [filledIn(template, given), filledIn(template, given)].map((text) =>
    parseDotenv(text)
  );
  assert.ok(first !== undefined && second !== undefined);
  const { env, problems } = parseEnv({ ...first as Record<string, string>, ...platform });
  assert.deepStrictEqual(problems, []);
  assert.equal(env?.ENVIRONMENT, "production");
  assert.equal(env?.FUNCTIONS_URL, given.FUNCTIONS_URL);
  const secrets = Object.keys(first).filter((name) => /SECRET|KEYS?$/.test(name));
  assert.equal(secrets.length, 5);
  assert.ok(secrets.every((name) => first[name] !== second[name]));
});

Deno.test("the template alone is refused, because its secrets are empty", () => {
  const { env, problems } = parseEnv({
    ...parseDotenv(template) as Record<string, string>,
    ...platform,
  });
  assert.equal(env, null);
  assert.equal(problems.length, 5);
});

Deno.test("what a template does not have cannot be filled in", () => {
  assert.throws(() => filledIn("API_SECRET_KEY=\n", {}), /lacks DIGEST_CRON_SECRET/);
  assert.throws(() => filledIn(template, { OTHER: "1" }), /lacks OTHER/);
});

Deno.test("the task prints no secret, lets nobody else read, and overwrites only by force", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/.env.production`;
  const task = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "tools/secrets.ts", path, "--project=abcdefghijklmnopqrst", ...args],
      cwd: root,
    }).output();
    return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  try {
    const { code, said } = await task();
    const first = await Deno.readTextFile(path);
    assert.equal(code, 0, said);
    for (const value of Object.values(parseDotenv(first))) {
      assert.ok(value === undefined || value.length < 32 || !said.includes(value));
    }
    assert.equal((await Deno.stat(path)).mode ?? 0, 0o100600);
    assert.equal((await task()).code, 1);
    assert.equal(await Deno.readTextFile(path), first);
    assert.equal((await task("--force")).code, 0);
    assert.notEqual(await Deno.readTextFile(path), first);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
