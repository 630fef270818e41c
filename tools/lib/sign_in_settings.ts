/** What a project's sign-in should be, from `config.toml` and where its people's page is. */
export interface WantedSettings {
  auth: ConfiguredAuth;
  /** `APP_URL`, undefined where there is no page. */
  appUrl: string | undefined;
}

/** The part of `[auth]` that holds for every project. */
export interface ConfiguredAuth {
  jwt_expiry: number;
  enable_refresh_token_rotation: boolean;
  refresh_token_reuse_interval: number;
  enable_signup: boolean;
  enable_anonymous_sign_ins: boolean;
  enable_manual_linking: boolean;
  minimum_password_length: number;
  email: {
    enabled: boolean;
    double_confirm_changes: boolean;
    enable_confirmations: boolean;
    secure_password_change: boolean;
    otp_length: number;
    otp_expiry: number;
  };
}

/** A setting as the management API names it, what it is there, and what it should be. */
export interface SettingDifference {
  setting: string;
  is: string;
  should: string;
}

/**
 * Where a project's sign-in differs from what it should be. `there` is what the management API answers to
 * `GET /v1/projects/{ref}/config/auth`.
 */
export function settingDifferences(
  there: Record<string, unknown>,
  { auth, appUrl }: WantedSettings,
): SettingDifference[] {
  const { email } = auth;
  const equal: Record<string, unknown> = {
    jwt_exp: auth.jwt_expiry,
    refresh_token_rotation_enabled: auth.enable_refresh_token_rotation,
    security_refresh_token_reuse_interval: auth.refresh_token_reuse_interval,
    disable_signup: !auth.enable_signup,
    external_anonymous_users_enabled: auth.enable_anonymous_sign_ins,
    external_email_enabled: email.enabled,
    security_manual_linking_enabled: auth.enable_manual_linking,
    mailer_autoconfirm: !email.enable_confirmations,
    mailer_secure_email_change_enabled: email.double_confirm_changes,
    security_update_password_require_reauthentication: email.secure_password_change,
    mailer_otp_length: email.otp_length,
    mailer_otp_exp: email.otp_expiry,
    ...(appUrl === undefined ? {} : { site_url: appUrl }),
  };
  const differences = Object.entries(equal)
    .filter(([setting, should]) => there[setting] !== should)
    .map(([setting, should]) => difference(there, setting, show(should)));
  const require = (isRight: boolean, setting: string, should: string) => {
    if (!isRight) differences.push(difference(there, setting, should));
  };
  const text = (setting: string) => String(there[setting] ?? "");
  require(
    Number(there["password_min_length"]) >= auth.minimum_password_length,
    "password_min_length",
    `${auth.minimum_password_length} or more`,
  );
  for (
    const setting of appUrl === undefined ? ["site_url", "uri_allow_list"] : ["uri_allow_list"]
  ) {
    require(!isLocal(text(setting)), setting, "no address of a local machine");
  }
  require(text("smtp_host") !== "", "smtp_host", "your mail server");
  for (const template of ["confirmation", "recovery"]) {
    const setting = `mailer_templates_${template}_content`;
    require(
      /\{\{\s*\.Token(Hash)?\s*\}\}/.test(text(setting)),
      setting,
      "with {{ .Token }} or {{ .TokenHash }}",
    );
  }
  return differences;
}

function difference(
  there: Record<string, unknown>,
  setting: string,
  should: string,
): SettingDifference {
  const value = there[setting];
  // A template is a page of HTML.
  return { setting, is: setting.startsWith("mailer_templates_") ? "without" : show(value), should };
}

function isLocal(addresses: string): boolean {
  return /\b(localhost|127\.\d+\.\d+\.\d+)\b|\[::1\]/.test(addresses);
}

function show(value: unknown): string {
  return value === undefined || value === null || value === "" ? "not set" : String(value);
}
