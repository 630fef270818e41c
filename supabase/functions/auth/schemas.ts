import { z } from "@hono/zod-openapi";
import { emailField, idField, timeField } from "../_shared/http/fields.ts";
import { EmailSchema, name, text } from "../_shared/http/schemas.ts";
import { NewPasswordSchema } from "./password_rule.ts";

const UsernameSchema = text(32).trim().toLowerCase()
  .regex(
    /^[a-z0-9][a-z0-9_.-]{2,31}$/,
    "needs 3 to 32 letters, digits, dots, dashes or underscores, a letter or digit first",
  )
  .openapi({ example: "ada" });
const age = z.int().min(0).max(150);
const gender = z.enum(["Male", "Female", "Other"]);

const login = name(254);
const password = z.string().min(1, "is empty").max(1000, "is longer than 1000 characters")
  .openapi({ format: "password" });

export const SignInBody = z.strictObject({
  username: login.optional().openapi({ description: "A username, or the e-mail address." }),
  email: login.optional().openapi({
    format: "email",
    description: "The e-mail address, instead of `username`.",
  }),
  password,
}).superRefine(({ username, email }, context) => {
  if ((username === undefined) === (email === undefined)) {
    context.addIssue({ code: "custom", path: ["username"], message: "give username or email" });
  }
}).openapi("SignIn", { example: { username: "demo", password: "demo123" } });

/** Whatever else an OAuth 2 client sends (scope, client_id) is of no use here, and no fault. */
export const SignInForm = z.object({
  grant_type: z.literal("password", "is not password"),
  username: login,
  password,
}).openapi("SignInForm");

const RefreshToken = z.string().regex(/^[\x21-\x7e]{1,512}$/, "is not a refresh token");

export const RefreshBody = z.strictObject({ refresh_token: RefreshToken })
  .openapi("Refresh", { example: { refresh_token: "v7qk3l2mxd4r" } });

export const ProfileSchema = z.object({
  id: idField,
  email: emailField,
  username: z.string().nullable(),
  age: z.int().nullable(),
  gender: gender.nullable(),
  org_id: idField.openapi({ description: "The home organization." }),
  created_at: timeField,
}).openapi("Profile", {
  example: {
    id: "00000000-0000-4000-8000-000000000001",
    email: "demo@livinglytics.test",
    username: "demo",
    age: null,
    gender: null,
    org_id: "00000000-0000-4000-8000-0000000000a1",
    created_at: "2026-11-16T16:00:00Z",
  },
});

export const SessionSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("bearer"),
  expires_in: z.int().openapi({ description: "Seconds the access token lives.", example: 1800 }),
  refresh_token: z.string().openapi({ description: "Good for one `POST /auth/refresh`." }),
  user: ProfileSchema,
}).openapi("Session");

const invitation = text(200).min(1, "is empty").openapi({
  description: "The token of the invitation that was mailed to this address.",
});

/** Marks what the first clients send and nothing is made of. */
function notKept<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().openapi({
    deprecated: true,
    description: "Not kept: it is chosen by `POST /auth/confirm`.",
  });
}

export const RegisterBody = z.strictObject({
  email: EmailSchema,
  username: UsernameSchema.optional().openapi({
    description: "To learn whether it is taken; it is chosen by `POST /auth/confirm`.",
  }),
  password: notKept(NewPasswordSchema),
  age: notKept(age),
  gender: notKept(gender),
  invitation: notKept(invitation),
}).openapi("Register", { example: { email: "ada@example.com", username: "ada" } });

export const RegisteredSchema = z.object({
  user: z.object({ email: emailField, username: z.string().nullable() }),
  confirmation_required: z.boolean().openapi({
    description: "Whether the code or link in the mail must be used before signing in.",
  }),
}).openapi("Registered", {
  example: { user: { email: "ada@example.com", username: "ada" }, confirmation_required: true },
});

export const ProfileChanges = z.strictObject({
  username: UsernameSchema.optional(),
  age: age.nullable().optional(),
  gender: gender.nullable().optional(),
}).refine((changes) => Object.keys(changes).length > 0, {
  error: "names nothing to change",
  when: ({ issues }) => issues.length === 0,
})
  .openapi("ProfileChanges", { example: { username: "ada", age: 36 } });

export const ForgotPasswordBody = z.strictObject({ email: EmailSchema })
  .openapi("ForgotPassword", { example: { email: "ada@example.com" } });

export const ForgotPasswordSchema = z.object({ message: z.string() })
  .openapi("ForgotPasswordAnswer", {
    example: { message: "If somebody signed up with this address, a mail is on its way" },
  });

/** What proves that a mail was read: the code with the address, or the hash of its link. */
const proof = {
  email: EmailSchema.optional(),
  token: text(100).min(1, "is empty").optional().openapi({ description: "The code in the mail." }),
  token_hash: text(200).min(1, "is empty").optional().openapi({
    description: "The `token_hash` of the mail's link, instead of `email` and `token`.",
  }),
};

interface Proof {
  email?: string | undefined;
  token?: string | undefined;
  token_hash?: string | undefined;
}

function proofIsWhole({ email, token, token_hash }: Proof, context: z.RefinementCtx): void {
  const problem = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (token_hash !== undefined) {
    if (email !== undefined) problem("email", "does not go with token_hash");
    if (token !== undefined) problem("token", "does not go with token_hash");
    return;
  }
  if (token === undefined) problem("token", "is missing: the code in the mail, or token_hash");
  if (email === undefined) problem("email", "is missing: the address the code was sent to");
}

export const ConfirmBody = z.strictObject({
  ...proof,
  password: NewPasswordSchema,
  username: UsernameSchema,
  age: age.optional(),
  gender: gender.optional(),
  invitation: invitation.optional(),
}).superRefine(proofIsWhole).openapi("ConfirmRegistration", {
  example: {
    email: "ada@example.com",
    token: "482913",
    password: "correct horse battery",
    username: "ada",
  },
});

export const ResetPasswordBody = z.strictObject({ ...proof, password: NewPasswordSchema })
  .superRefine(proofIsWhole).openapi("ResetPassword", {
    example: { email: "ada@example.com", token: "482913", password: "correct horse battery" },
  });
