import type { VerifyOtpParams } from "@supabase/supabase-js";
import { createRoute, type z } from "@hono/zod-openapi";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { everyone } from "../../_shared/http/access.ts";
import { inBackground } from "../../_shared/http/background.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { authServer, endSession, reach, refusal, sessionOf } from "../auth_server.ts";
import type { AuthServer } from "../types.ts";
import { limitedByAddress, SignInLimit, spendOfAccount } from "../limits.ts";
import { ForgotPasswordBody, ForgotPasswordSchema, ResetPasswordBody } from "../schemas.ts";

const forgotRoute = createRoute({
  method: "post",
  path: "/forgot-password",
  operationId: "forgotPassword",
  tags: ["auth"],
  summary: "Mail a code to set a new password with",
  description: "The same answer, after the same time, whether or not somebody has this address.",
  ...everyone,
  middleware: limitedByAddress("password_reset"),
  request: { body: jsonBody(ForgotPasswordBody) },
  responses: {
    200: json(ForgotPasswordSchema, "If there is such a person, they get a mail"),
    ...problems(...bodyProblems, "rate_limited", "not_ready"),
  },
});

const resetRoute = createRoute({
  method: "post",
  path: "/reset-password",
  operationId: "resetPassword",
  tags: ["auth"],
  summary: "Set a new password with the code that was mailed",
  description:
    "The code works once, and ends every session of the account. By `email` and `token` (the code), or by `token_hash`.",
  ...everyone,
  middleware: limitedByAddress("password_reset"),
  request: { body: jsonBody(ResetPasswordBody) },
  responses: {
    204: { description: "The password is set; sign in with it" },
    ...problems(...bodyProblems, "invalid_token", "rate_limited", "not_ready"),
  },
});

export function passwordReset(app: App): void {
  app.openapi(forgotRoute, async (c) => {
    const { email } = c.req.valid("json");
    await spendOfAccount(c, "password_reset", email);
    // The answer does not wait, or the time a mail takes would tell that there is somebody to send it to.
    inBackground("recovery_mail", mailCode(authServer(c), email));
    const message = "If somebody signed up with this address, a mail is on its way";
    return c.json(checked(ForgotPasswordSchema, { message }), 200);
  });

  app.openapi(resetRoute, async (c) => {
    const { password, ...proof } = c.req.valid("json");
    if (proof.email !== undefined) await spendOfAccount(c, "password_reset", proof.email);
    const email = await setPassword(authServer(c), otpOf(proof), password);
    await new SignInLimit(c, email).note("code");
    return c.body(null, 204);
  });
}

async function mailCode(server: AuthServer, email: string): Promise<void> {
  const { error } = await reach(server.resetPasswordForEmail(email));
  if (error) throw refusal(error);
}

type Proof = Omit<z.output<typeof ResetPasswordBody>, "password">;

/** The schema has seen to it that one of the two is whole. */
function otpOf({ email = "", token = "", token_hash }: Proof): VerifyOtpParams {
  return token_hash === undefined
    ? { type: "recovery", email, token }
    : { type: "recovery", token_hash };
}

/** Answers the address of whose password it is. */
async function setPassword(
  server: AuthServer,
  otp: VerifyOtpParams,
  password: string,
): Promise<string> {
  const verified = await reach(server.verifyOtp(otp));
  if (verified.error?.status === 429) throw refusal(verified.error);
  if (verified.error) {
    throw new Problem("invalid_token", "The code is wrong, was used, or has expired");
  }
  const { error } = await reach(server.updateUser({ password }));
  // To set the password one already has is to remember it.
  if (error && error.code !== "same_password") throw refusal(error);
  // Whoever had the old one is out.
  const session = sessionOf(verified.data);
  await endSession(server, session.access_token, "global");
  return session.user.email ?? "";
}
