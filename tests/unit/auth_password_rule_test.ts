import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../local/config.ts";
import {
  minimumPasswordLength,
  NewPasswordSchema,
} from "../../supabase/functions/auth/password_rule.ts";

Deno.test("the rule for passwords is the one Supabase Auth is configured with", async () => {
  const { auth } = await readConfig(fileURLToPath(new URL("../..", import.meta.url)));
  assert.strictEqual(minimumPasswordLength, auth.minimum_password_length);
});

Deno.test("config.toml lets access tokens live 30 minutes and refresh tokens be used once", async () => {
  const { auth } = await readConfig(fileURLToPath(new URL("../..", import.meta.url)));
  assert.strictEqual(auth.jwt_expiry, 1800);
  assert.strictEqual(auth.enable_refresh_token_rotation, true);
  assert.strictEqual(auth.refresh_token_reuse_interval, 0);
  assert.strictEqual(auth.email.enable_confirmations, true);
});

Deno.test("a new password has 8 characters at least and 72 bytes at most", () => {
  const cases: [string, boolean][] = [
    ["1234567", false],
    ["12345678", true],
    ["a".repeat(72), true],
    ["a".repeat(73), false],
    ["ä".repeat(36), true],
    ["ä".repeat(36) + "a", false],
    ["correct horse battery", true],
  ];
  for (const [password, fits] of cases) {
    assert.strictEqual(NewPasswordSchema.safeParse(password).success, fits, password);
  }
});
