import type { Session, VerifyOtpParams } from "@supabase/supabase-js";
import type { Context } from "hono";
import { createRoute, z } from "@hono/zod-openapi";
import { type App, bodyProblems, json, jsonBody, problems } from "../../_shared/http/app.ts";
import { everyone } from "../../_shared/http/access.ts";
import { type AppEnv, auditHeaders } from "../../_shared/http/auth.ts";
import { rpc, userClient } from "../../_shared/database/db.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { sessionAnswer } from "../answer.ts";
import { authServer, reach, refusal, sessionOf } from "../auth_server.ts";
import { limitedByAddress, SignInLimit, spendOfAccount } from "../limits.ts";
import { ConfirmBody, SessionSchema } from "../schemas.ts";
import { refuseTaken } from "../usernames.ts";

const route = createRoute({
  method: "post",
  path: "/confirm",
  operationId: "confirmRegistration",
  tags: ["auth"],
  summary: "Make the account, with the code that was mailed",
  description:
    "Whoever has the code owns the address, and chooses password, username, age, gender and invitation: what others may have " +
    "chosen for it does not count. The account has an organization of its own or, with an invitation, is in the one that " +
    "invited. By `email` and `token` (the code), or by `token_hash`. The code works once.",
  ...everyone,
  middleware: limitedByAddress("confirm"),
  request: { body: jsonBody(ConfirmBody) },
  responses: {
    200: json(SessionSchema, "The account is there, and signed in"),
    ...problems(
      ...bodyProblems,
      "invalid_token",
      "user_not_found",
      "username_taken",
      "rate_limited",
      "not_ready",
    ),
  },
});

/** Registers `POST /auth/confirm`. */
export function postConfirm(app: App): void {
  app.openapi(route, async (c) => {
    const { password, email, token, token_hash, ...said } = c.req.valid("json");
    if (email !== undefined) await spendOfAccount(c, "confirm", email);
    // Before the code is used up.
    await refuseTaken(said.username);
    const session = await proved(c, otpOf({ email, token, token_hash }), password);
    const db = userClient(session.access_token, auditHeaders(c));
    await rpc(db, "complete_registration", { p_said: said }, z.unknown());
    await new SignInLimit(c, session.user.email ?? "").note("code");
    return c.json(await sessionAnswer(c, session), 200);
  });
}

type Proof = Pick<z.output<typeof ConfirmBody>, "email" | "token" | "token_hash">;

/** The schema has seen to it that one of the two is whole. */
function otpOf({ email = "", token = "", token_hash }: Proof): VerifyOtpParams {
  return token_hash === undefined
    ? { type: "signup", email, token }
    : { type: "signup", token_hash };
}

/** Uses the code and sets the password; answers the session that comes with it. */
async function proved(
  c: Context<AppEnv>,
  otp: VerifyOtpParams,
  password: string,
): Promise<Session> {
  const server = authServer(c);
  const verified = await reach(server.verifyOtp(otp));
  if (verified.error?.status === 429) throw refusal(verified.error);
  if (verified.error) {
    throw new Problem("invalid_token", "The code is wrong, was used, or has expired");
  }
  const { error } = await reach(server.updateUser({ password }));
  if (error) throw refusal(error);
  return sessionOf(verified.data);
}
