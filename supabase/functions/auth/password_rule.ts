import { z } from "@hono/zod-openapi";

/** Characters a new password needs; `minimum_password_length` in config.toml is the same. */
export const minimumPasswordLength = 8;

/** bcrypt, which keeps passwords at Supabase Auth, reads no more bytes than these. */
const maximumPasswordBytes = 72;

/** The rule for new passwords. Signing in takes whatever was allowed before. */
export const NewPasswordSchema = z.string()
  .min(minimumPasswordLength, `needs at least ${minimumPasswordLength} characters`)
  .refine(
    (password) => new TextEncoder().encode(password).length <= maximumPasswordBytes,
    `is longer than ${maximumPasswordBytes} bytes`,
  )
  .openapi({
    format: "password",
    minLength: minimumPasswordLength,
    description:
      `At least ${minimumPasswordLength} characters, at most ${maximumPasswordBytes} bytes in UTF-8.`,
    example: "correct horse battery",
  });
