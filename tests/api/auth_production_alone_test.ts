import assert from "node:assert/strict";
import { startStack } from "../../local/stack.ts";

Deno.test("in production the demo logins keep the service from being ready, and addresses are limited", async (t) => {
  const stack = await startStack({
    port: 0,
    memory: true,
    seed: true,
    scheduler: false,
    environment: {
      ENVIRONMENT: "production",
      RATE_LIMIT_SIGN_IN: "3/3600",
      RATE_LIMIT_REGISTER: "2/3600",
    },
  });
  const functions = `${stack.url}/functions/v1`;
  const demoLogins = async () => {
    const response = await fetch(`${functions}/health/readiness`);
    const { checks } = await response.json();
    const { status, reason } = checks.demo_logins;
    return { http: response.status, status, reason };
  };
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${functions}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { code } = await response.json();
    return { status: response.status, code, headers: response.headers };
  };

  try {
    await t.step("readiness fails while they exist", async () => {
      assert.deepStrictEqual(await demoLogins(), {
        http: 503,
        status: "failed",
        reason: "seed.sql's demo logins exist in production",
      });
      await stack.database.query(
        "update auth.users set email = 'renamed-' || id || '@example.com'",
        [],
      );
      assert.strictEqual((await demoLogins()).status, "failed");
      await stack.database.query("delete from auth.users", []);
      assert.strictEqual((await demoLogins()).status, "ok");
    });

    await t.step("an address has so many sign-ins, whatever account they are to", async () => {
      const statuses: number[] = [];
      for (const username of ["ada", "grace", "alan", "edsger"]) {
        statuses.push((await post("/auth/token", { username, password: "wrong" })).status);
      }
      assert.deepStrictEqual(statuses, [401, 401, 401, 429]);
      const { code, headers } = await post("/auth/token", { username: "ada", password: "wrong" });
      assert.strictEqual(code, "rate_limited");
      assert.ok(Number(headers.get("retry-after")) > 1000);
      assert.match(headers.get("ratelimit-policy") ?? "", /^"sign_in";q=3;w=3600$/);
    });

    await t.step("refreshes are counted on their own", async () => {
      const { status } = await post("/auth/refresh", { refresh_token: "abcdefghijkl" });
      assert.strictEqual(status, 401);
    });

    await t.step("registrations and password resets are, too", async () => {
      const mailed: number[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        mailed.push((await post("/auth/forgot-password", { email: "a@example.com" })).status);
      }
      assert.deepStrictEqual(mailed, [200, 200, 429]);
      // Even one that fails validation counts.
      const invalid = [
        await post("/auth/register", {}),
        await post("/auth/register", {}),
        await post("/auth/register", {}),
      ];
      assert.deepStrictEqual(invalid.map(({ status }) => status), [422, 422, 429]);
    });
  } finally {
    await stack.stop();
  }
});
