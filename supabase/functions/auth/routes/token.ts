import type { Session } from "@supabase/supabase-js";
import type { Context } from "hono";
import { createRoute, z } from "@hono/zod-openapi";
import { type App, bodyProblems, json, problems } from "../../_shared/http/app.ts";
import { everyone } from "../../_shared/http/access.ts";
import { type AppEnv, auditHeaders } from "../../_shared/http/auth.ts";
import { clientWithHeaders, rpc, serviceClient } from "../../_shared/database/db.ts";
import { Problem, validationProblem } from "../../_shared/http/problem.ts";
import { sessionAnswer } from "../answer.ts";
import { authServer, reach, refusal, sessionOf } from "../auth_server.ts";
import { giveBackSignIn, limitedByAddress, SignInLimit } from "../limits.ts";
import { startDelay } from "../response_delay.ts";
import { SessionSchema, SignInBody, SignInForm } from "../schemas.ts";

const route = createRoute({
  method: "post",
  path: "/token",
  operationId: "signIn",
  tags: ["auth"],
  summary: "Sign in",
  description:
    "By username or e-mail address, as JSON or as the form of OAuth 2's password grant. Wrong password, unknown user and " +
    "unconfirmed address are one 401 after the same time. Failures are counted for the account and the address they come from, and " +
    "for the account from addresses that its owner never came from; a code by `POST /auth/reset-password` lets the owner in.",
  ...everyone,
  middleware: limitedByAddress("sign_in"),
  request: {
    // Not `required`, because then a body would have to be valid as both; having none is refused below.
    body: {
      content: {
        "application/json": { schema: SignInBody },
        "application/x-www-form-urlencoded": { schema: SignInForm },
      },
    },
  },
  responses: {
    200: json(SessionSchema, "Signed in"),
    ...problems(...bodyProblems, "sign_in_failed", "user_not_found", "rate_limited", "not_ready"),
  },
});

export function postToken(app: App): void {
  app.openapi(route, async (c) => {
    const { username, password } = credentialsOf(c.req.valid("json"), c.req.valid("form"));
    return c.json(await sessionAnswer(c, await signIn(c, username, password)), 200);
  });
}

type Json = z.output<typeof SignInBody>;
type Form = z.output<typeof SignInForm>;

/** Whichever of the two came; the other, and both without a body, is an empty object whatever its type says. */
function credentialsOf(json: Json, form: Partial<Form>): { username: string; password: string } {
  const { username, password } = form;
  if (username !== undefined && password !== undefined) return { username, password };
  const parsed = SignInBody.safeParse(json);
  if (!parsed.success) throw validationProblem(parsed.error);
  return { username: parsed.data.username ?? parsed.data.email ?? "", password: json.password };
}

/** An address that nobody can have (RFC 2606), asked about for unknown usernames so that they take the same way. */
const nobody = "nobody@unknown.invalid";

async function signIn(c: Context<AppEnv>, login: string, password: string): Promise<Session> {
  const delay = startDelay();
  const known = { p_login: login };
  const address = await rpc(serviceClient(), "sign_in_address", known, z.string().nullable());
  const limit = new SignInLimit(c, address ?? login);
  const didNotFail = await limit.begin();
  const { data, error } = await reach(
    authServer(c).signInWithPassword({ email: address ?? nobody, password }),
  );
  if (!error) {
    await Promise.all([didNotFail(), giveBackSignIn(c), limit.note("password")]);
    return sessionOf(data);
  }
  if (error.status === 429) throw refusal(error);
  await rpc(clientWithHeaders(auditHeaders(c)), "audit_sign_in_failure", {
    p_login: login,
    p_reason: error.code ?? "refused",
  }, z.unknown());
  await delay();
  throw new Problem("sign_in_failed", "Unknown user, wrong password or unconfirmed address");
}
