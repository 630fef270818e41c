import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type ConfiguredAuth, settingDifferences } from "../../tools/lib/sign_in_settings.ts";

const auth: ConfiguredAuth = {
  jwt_expiry: 1800,
  enable_refresh_token_rotation: true,
  refresh_token_reuse_interval: 0,
  enable_signup: true,
  enable_anonymous_sign_ins: false,
  enable_manual_linking: false,
  minimum_password_length: 8,
  email: {
    enabled: true,
    double_confirm_changes: true,
    enable_confirmations: true,
    secure_password_change: true,
    otp_length: 6,
    otp_expiry: 3600,
  },
};

/** As the management API tells it, of a project where all is right. */
const right = {
  site_url: "https://app.example.com",
  uri_allow_list: "https://app.example.com/**",
  jwt_exp: 1800,
  refresh_token_rotation_enabled: true,
  security_refresh_token_reuse_interval: 0,
  disable_signup: false,
  external_anonymous_users_enabled: false,
  external_email_enabled: true,
  security_manual_linking_enabled: false,
  mailer_autoconfirm: false,
  mailer_secure_email_change_enabled: true,
  security_update_password_require_reauthentication: true,
  mailer_otp_length: 6,
  mailer_otp_exp: 3600,
  password_min_length: 12,
  smtp_host: "smtp.example.com",
  mailer_templates_confirmation_content: "<p>Your code: {{ .Token }}</p>",
  mailer_templates_recovery_content: '<a href="https://app.example.com/?t={{ .TokenHash }}">…</a>',
};
const appUrl = "https://app.example.com";

Deno.test("settingDifferences() finds none where all is right, a longer password being right too", () => {
  assert.deepStrictEqual(settingDifferences(right, { auth, appUrl }), []);
  assert.deepStrictEqual(settingDifferences(right, { auth, appUrl: undefined }), []);
});

Deno.test("settingDifferences() names what `supabase config push` would have left of a local machine", () => {
  const pushed = {
    ...right,
    site_url: "http://127.0.0.1:3000",
    uri_allow_list: "http://localhost:3000",
  };
  const local = "no address of a local machine";
  assert.deepStrictEqual(settingDifferences(pushed, { auth, appUrl }), [
    { setting: "site_url", is: "http://127.0.0.1:3000", should: appUrl },
    { setting: "uri_allow_list", is: "http://localhost:3000", should: local },
  ]);
  assert.deepStrictEqual(settingDifferences(pushed, { auth, appUrl: undefined }), [
    { setting: "site_url", is: "http://127.0.0.1:3000", should: local },
    { setting: "uri_allow_list", is: "http://localhost:3000", should: local },
  ]);
});

Deno.test("settingDifferences() names each setting of its own, as a new project has them", () => {
  const fresh: [keyof typeof right, unknown, string, string][] = [
    ["jwt_exp", 3600, "3600", "1800"],
    ["refresh_token_rotation_enabled", false, "false", "true"],
    ["security_refresh_token_reuse_interval", 10, "10", "0"],
    ["disable_signup", true, "true", "false"],
    ["external_anonymous_users_enabled", true, "true", "false"],
    ["external_email_enabled", false, "false", "true"],
    ["security_manual_linking_enabled", true, "true", "false"],
    ["mailer_autoconfirm", true, "true", "false"],
    ["mailer_secure_email_change_enabled", false, "false", "true"],
    ["security_update_password_require_reauthentication", null, "not set", "true"],
    ["mailer_otp_length", 8, "8", "6"],
    ["mailer_otp_exp", 86_400, "86400", "3600"],
    ["password_min_length", 6, "6", "8 or more"],
    ["smtp_host", null, "not set", "your mail server"],
    [
      "mailer_templates_confirmation_content",
      "<a href='{{ .ConfirmationURL }}'>…</a>",
      "without",
      "with {{ .Token }} or {{ .TokenHash }}",
    ],
    [
      "mailer_templates_recovery_content",
      "",
      "without",
      "with {{ .Token }} or {{ .TokenHash }}",
    ],
  ];
  for (const [setting, value, is, should] of fresh) {
    assert.deepStrictEqual(
      settingDifferences({ ...right, [setting]: value }, { auth, appUrl }),
      [{ setting, is, should }],
    );
  }
});

Deno.test("`deno task settings` asks for the project's sign-in with the token, and changes nothing", async () => {
  const asked: string[] = [];
  const reference = "abcdefghijklmnopqrst";
  const answers = [right, { ...right, jwt_exp: 3600 }];
  const api = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname} ${request.headers.get("authorization")}`);
    return Response.json(answers.shift());
  });
  const run = () =>
    new Deno.Command(Deno.execPath(), {
      args: [
        ...[
          "run",
          "-A",
          "--quiet",
          fileURLToPath(new URL("../../tools/settings.ts", import.meta.url)),
        ],
        ...[`--remote=${reference}`, "--env-file=/dev/null"],
      ],
      env: {
        SUPABASE_ACCESS_TOKEN: "sbp_of_the_tests",
        SUPABASE_API_URL: `http://127.0.0.1:${api.addr.port}`,
      },
    }).output();
  try {
    const [same, different] = [await run(), await run()];
    const said = ({ stdout }: Deno.CommandOutput) =>
      new TextDecoder().decode(stdout).split("\n")[0];
    assert.deepStrictEqual([same.code, said(same)], [
      0,
      `Sign-in of ${reference} is as it should be`,
    ]);
    assert.deepStrictEqual(
      [different.code, said(different)],
      [1, "jwt_exp is 3600, should be 1800"],
    );
    const expected = `GET /v1/projects/${reference}/config/auth Bearer sbp_of_the_tests`;
    assert.deepStrictEqual(asked, [expected, expected]);
  } finally {
    await api.shutdown();
  }
});
