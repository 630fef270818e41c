import assert from "node:assert/strict";
import { ConfigurationError, parseEnv } from "../../supabase/functions/_shared/http/env.ts";

const key = (id: string) =>
  `${id}:${btoa(String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i)))}`;

/** A production environment with nothing wrong about it; each case below changes one thing. */
const good = {
  SUPABASE_URL: "https://abcdefghijklmnopqrst.supabase.co",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_one",
  SUPABASE_SECRET_KEY: "sb_secret_one",
  API_SECRET_KEY: "5ezGvYJbQmX8cWkTn2RfLp7H",
  DIGEST_CRON_SECRET: "Qk3vNw9ZsBt6YxJd4MhCg8PfRa",
  SIGNING_SECRET: "Lr7TcVn2KpXw5GzHs9BdQm4JfE",
  API_KEY_SECRET: "Wd5NqYx8RmTb2HvKs6LcZj9PgA",
  TOKEN_ENCRYPTION_KEYS: key("k1"),
};

function problemsOf(changes: Record<string, string>): string[] {
  return parseEnv({ ...good, ...changes }).problems.map(({ variable, message }) =>
    `${variable} ${message}`
  );
}

Deno.test("parseEnv() takes a complete environment and fills in defaults", () => {
  const { env, problems } = parseEnv(good);
  assert.deepStrictEqual(problems, []);
  assert.strictEqual(env?.ENVIRONMENT, "production");
  assert.strictEqual(env?.GITHUB_API_URL, "https://api.github.com");
  assert.strictEqual(env?.RESEND_API_URL, "https://api.resend.com");
  assert.strictEqual(env?.FUNCTIONS_URL, "https://abcdefghijklmnopqrst.supabase.co/functions/v1");
  assert.strictEqual(env?.RESEND_API_KEY, undefined);
});

for (const variable of Object.keys(good)) {
  Deno.test(`parseEnv() names ${variable} when it is missing or empty`, () => {
    const { [variable]: _left, ...rest } = good as Record<string, string>;
    for (const raw of [rest, { ...rest, [variable]: "" }, { ...rest, [variable]: "  " }]) {
      const { env, problems } = parseEnv(raw);
      assert.strictEqual(env, null);
      assert.deepStrictEqual(problems.map((one) => one.variable), [variable]);
    }
  });
}

const faults: [string, Record<string, string>, string[]][] = [
  ["another environment", { ENVIRONMENT: "staging" }, [
    "ENVIRONMENT is neither development nor production",
  ]],
  ["an URL that is none", { SUPABASE_URL: "supabase" }, ["SUPABASE_URL is not an http(s) URL"]],
  ["an URL of another scheme", { RESEND_API_URL: "file:///etc/passwd" }, [
    "RESEND_API_URL is not an http(s) URL",
  ]],
  ["a webhook secret of another kind", { RESEND_WEBHOOK_SECRET: "secret" }, [
    "RESEND_WEBHOOK_SECRET is not a whsec_… secret",
  ]],
  ["a placeholder", { API_SECRET_KEY: "change-me-please-change-me-please" }, [
    "API_SECRET_KEY is a placeholder or shorter than 24 characters",
  ]],
  ["a short secret", { SIGNING_SECRET: "Lr7TcVn2KpXw5GzHs9BdQm4" }, [
    "SIGNING_SECRET is a placeholder or shorter than 24 characters",
  ]],
  ["one secret for two", { DIGEST_CRON_SECRET: good.API_SECRET_KEY }, [
    "DIGEST_CRON_SECRET is the same as API_SECRET_KEY",
  ]],
  ["a key of zeros", { TOKEN_ENCRYPTION_KEYS: `k1:${"A".repeat(43)}=` }, [
    "TOKEN_ENCRYPTION_KEYS is a placeholder",
  ]],
  ["a key that is too short", { TOKEN_ENCRYPTION_KEYS: "k1:AAAA" }, [
    "TOKEN_ENCRYPTION_KEYS is not a list of id:base64 pairs with 32 bytes each, as in k1:…",
  ]],
  ["a key without id", { TOKEN_ENCRYPTION_KEYS: key("").slice(1) }, [
    "TOKEN_ENCRYPTION_KEYS is not a list of id:base64 pairs with 32 bytes each, as in k1:…",
  ]],
];

const mails = { RESEND_API_KEY: "re_1", APP_URL: "https://a.test", DIGEST_FROM: "D <d@a.test>" };

Deno.test("parseEnv() wants production to say where mails come from and where their links lead", () => {
  assert.deepStrictEqual(problemsOf(mails), []);
  assert.deepStrictEqual(problemsOf({ ...mails, APP_URL: "" }), [
    "APP_URL is missing, which mails need",
  ]);
  assert.deepStrictEqual(problemsOf({ ...mails, DIGEST_FROM: " " }), [
    "DIGEST_FROM is missing, which mails need",
  ]);
  const { env } = parseEnv(good);
  assert.deepStrictEqual([env?.APP_URL, env?.DIGEST_FROM], [undefined, undefined]);
  const local = parseEnv({ ...good, ENVIRONMENT: "development" });
  assert.strictEqual(local.env?.APP_URL, good.SUPABASE_URL);
});

for (const [what, changes, expected] of faults) {
  Deno.test(`parseEnv() names the variable of ${what}`, () => {
    assert.deepStrictEqual(problemsOf(changes), expected);
  });
}

Deno.test("parseEnv() lets development run with placeholders, but not on hosted Supabase", () => {
  const development = { ENVIRONMENT: "development", API_SECRET_KEY: "secret" };
  assert.deepStrictEqual(
    problemsOf({ ...development, SUPABASE_URL: "http://127.0.0.1:54321" }),
    [],
  );
  assert.deepStrictEqual(problemsOf(development), [
    "ENVIRONMENT is development on hosted Supabase",
  ]);
  assert.strictEqual(parseEnv({ ...good, ...development }).env?.ENVIRONMENT, "development");
});

Deno.test("parseEnv() still gives production the environment when a secret is a placeholder", () => {
  const { env, problems } = parseEnv({ ...good, API_SECRET_KEY: "secret" });
  assert.strictEqual(env?.API_SECRET_KEY, "secret");
  assert.strictEqual(problems.length, 1);
});

Deno.test("parseEnv() keeps the keys in their order, newest first", () => {
  const { env } = parseEnv({ ...good, TOKEN_ENCRYPTION_KEYS: `${key("k2")}, ${key("k1")}` });
  assert.deepStrictEqual(env?.TOKEN_ENCRYPTION_KEYS.map(({ id, key }) => [id, key.length]), [[
    "k2",
    32,
  ], ["k1", 32]]);
});

Deno.test("parseEnv() reads the keys a hosted project injects, the default one first", () => {
  const { SUPABASE_SECRET_KEY: _one, SUPABASE_PUBLISHABLE_KEY: _two, ...rest } = good;
  const hosted = {
    ...rest,
    SUPABASE_SECRET_KEYS: '{"worker":"sb_secret_worker","default":"sb_secret_default"}',
    SUPABASE_PUBLISHABLE_KEYS: '{"web":"sb_publishable_web","default":"sb_publishable_default"}',
  };
  const { env } = parseEnv(hosted);
  assert.strictEqual(env?.SUPABASE_SECRET_KEY, "sb_secret_default");
  assert.strictEqual(env?.SUPABASE_PUBLISHABLE_KEY, "sb_publishable_default");
  const legacy = parseEnv({
    ...rest,
    SUPABASE_SERVICE_ROLE_KEY: "service",
    SUPABASE_ANON_KEY: "anon",
  });
  assert.strictEqual(legacy.env?.SUPABASE_SECRET_KEY, "service");
});

const dictionaries: [string, string, string | undefined, string[]][] = [
  ["{}", "service", "service", []],
  ["{}", "", undefined, ["SUPABASE_SECRET_KEY is missing"]],
  ['{"default":"one"}', "service", "one", []],
  ['{"worker":"one"}', "service", "service", ["SUPABASE_SECRET_KEYS has no key named default"]],
  ['{"worker":"one"}', "", "one", ["SUPABASE_SECRET_KEYS has no key named default"]],
  ["no json", "service", "service", [
    "SUPABASE_SECRET_KEYS is not a JSON dictionary of keys by name",
  ]],
  ["[]", "", undefined, [
    "SUPABASE_SECRET_KEY is missing",
    "SUPABASE_SECRET_KEYS is not a JSON dictionary of keys by name",
  ]],
];

for (const [dictionary, legacy, key, problems] of dictionaries) {
  Deno.test(`parseEnv() with the dictionary ${dictionary} and ${legacy || "no"} older key`, () => {
    const changes = {
      SUPABASE_SECRET_KEY: "",
      SUPABASE_SECRET_KEYS: dictionary,
      SUPABASE_SERVICE_ROLE_KEY: legacy,
    };
    assert.strictEqual(parseEnv({ ...good, ...changes }).env?.SUPABASE_SECRET_KEY, key);
    assert.deepStrictEqual(problemsOf(changes), problems);
  });
}

Deno.test("ConfigurationError names variables and never a value", () => {
  const { problems } = parseEnv({
    ...good,
    ENVIRONMENT: "value-nobody-may-see",
    RESEND_WEBHOOK_SECRET: "hidden",
  });
  const { message } = new ConfigurationError(problems);
  assert.match(message, /ENVIRONMENT .*RESEND_WEBHOOK_SECRET /);
  assert.doesNotMatch(message, /nobody-may-see|hidden/);
});
