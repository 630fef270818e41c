import assert from "node:assert/strict";
import { startFunctions } from "../../tools/function_process.ts";

/** A production environment in which nothing is wrong but what a test changes; its Supabase cannot be reached. */
const production = {
  ENVIRONMENT: "production",
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_of_the_tests",
  SUPABASE_SECRET_KEY: "sb_secret_of_the_tests",
  API_SECRET_KEY: "5ezGvYJbQmX8cWkTn2RfLp7H",
  DIGEST_CRON_SECRET: "Qk3vNw9ZsBt6YxJd4MhCg8PfRa",
  SIGNING_SECRET: "Lr7TcVn2KpXw5GzHs9BdQm4JfE",
  API_KEY_SECRET: "Wd5NqYx8RmTb2HvKs6LcZj9PgA",
  TOKEN_ENCRYPTION_KEYS: "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
};

/** Runs functions in a process of their own with an environment of their own; `use` gets their URL. */
async function serving(
  environment: Record<string, string>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const names = ["health", "dev", "metrics"];
  const functions = await startFunctions({ names, env: environment, clearEnv: true });
  try {
    await use(functions.url);
  } finally {
    await functions.stop();
  }
}

async function configurationOf(url: string): Promise<{ status: string; reason?: string }> {
  const response = await fetch(`${url}/health/readiness`);
  assert.strictEqual(response.status, 503);
  return (await response.json()).checks.configuration;
}

Deno.test("production with good secrets is configured, has no dev routes and lets pages of no origin read answers until told whose", async () => {
  await serving(production, async (url) => {
    assert.strictEqual((await configurationOf(url)).status, "ok");

    const seed = await fetch(`${url}/dev/seed-user?email=a@example.test`, {
      method: "POST",
      headers: { authorization: `Bearer ${production.API_SECRET_KEY}` },
    });
    assert.strictEqual(seed.status, 404);
    assert.strictEqual((await seed.json()).code, "not_found");

    const allowed = async (origin: string) => {
      const response = await fetch(`${url}/metrics/catalog`, { headers: { origin } });
      await response.body?.cancel();
      assert.strictEqual(response.status, 401);
      assert.strictEqual(response.headers.get("access-control-allow-credentials"), null);
      assert.match(response.headers.get("vary") ?? "", /origin/i);
      return response.headers.get("access-control-allow-origin");
    };
    for (const host of ["www.livinglytics.com", "app.base44.app", "base44.com", "evil.test"]) {
      assert.strictEqual(await allowed(`https://${host}`), null, host);
    }

    // Where a publishable key may post from, the key says; a preflight does not show it.
    const preflight = await fetch(`${url}/metrics/ingest`, {
      method: "OPTIONS",
      headers: { origin: "https://shop.test", "access-control-request-method": "POST" },
    });
    assert.strictEqual(preflight.headers.get("access-control-allow-origin"), "*");
  });
});

Deno.test("production with a placeholder secret is not ready, and says which variable it is", async () => {
  const environment = {
    ...production,
    SIGNING_SECRET: "change-me-change-me-change-me",
    ALLOW_ORIGINS: "https://*.example.test",
  };
  await serving(environment, async (url) => {
    assert.deepStrictEqual(
      { ...await configurationOf(url), duration_ms: 0 },
      {
        status: "failed",
        duration_ms: 0,
        reason: "SIGNING_SECRET is a placeholder or shorter than 24 characters",
      },
    );
    const response = await fetch(`${url}/health/liveness`, {
      headers: { origin: "https://a.example.test" },
    });
    assert.deepStrictEqual(await response.json(), { status: "ok" });
    assert.strictEqual(
      response.headers.get("access-control-allow-origin"),
      "https://a.example.test",
    );
  });
});

Deno.test("a missing variable leaves liveness up, and everything else says that it is not configured", async () => {
  const { API_SECRET_KEY: _missing, ...environment } = production;
  await serving(environment, async (url) => {
    assert.strictEqual((await configurationOf(url)).reason, "API_SECRET_KEY is missing");
    assert.deepStrictEqual(await (await fetch(`${url}/health/liveness`)).json(), { status: "ok" });
    const catalog = await fetch(`${url}/metrics/catalog`, {
      headers: { authorization: "Bearer x" },
    });
    assert.strictEqual(catalog.status, 503);
    assert.strictEqual((await catalog.json()).code, "not_ready");
  });
});
