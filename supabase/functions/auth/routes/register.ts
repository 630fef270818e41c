import type { AuthError } from "@supabase/supabase-js";
import { createRoute } from "@hono/zod-openapi";
import { randomBytes } from "node:crypto";
import {
  type App,
  bodyProblems,
  checked,
  json,
  jsonBody,
  problems,
} from "../../_shared/http/app.ts";
import { everyone } from "../../_shared/http/access.ts";
import { authServer, reach, refusal } from "../auth_server.ts";
import type { AuthServer } from "../types.ts";
import { limitedByAddress } from "../limits.ts";
import { startDelay } from "../response_delay.ts";
import { RegisterBody, RegisteredSchema } from "../schemas.ts";
import { refuseTaken } from "../usernames.ts";

const route = createRoute({
  method: "post",
  path: "/register",
  operationId: "register",
  tags: ["auth"],
  summary: "Sign up",
  description:
    "Mails a code and a link to the address. Nothing but the address is kept: whoever asks need not own it, so password, username, " +
    "age, gender and invitation are chosen with the code, by `POST /auth/confirm`. A username that is taken is told at once. An " +
    "address that is registered already gets the same answer, and keeps its password.",
  ...everyone,
  middleware: limitedByAddress("register"),
  request: { body: jsonBody(RegisterBody) },
  responses: {
    201: json(RegisteredSchema, "Registered"),
    ...problems(...bodyProblems, "forbidden", "username_taken", "rate_limited", "not_ready"),
  },
});

export function postRegister(app: App): void {
  app.openapi(route, async (c) => {
    const { email, username } = c.req.valid("json");
    const delay = startDelay();
    if (username !== undefined) await refuseTaken(username);
    const confirmation_required = await signUp(authServer(c), email);
    await delay();
    const user = { email, username: username ?? null };
    return c.json(checked(RegisteredSchema, { user, confirmation_required }), 201);
  });
}

/** Signs up, or does as if; answers whether the address has to be confirmed. The password is one that nobody knows. */
async function signUp(server: AuthServer, email: string): Promise<boolean> {
  const password = randomBytes(32).toString("base64url");
  const answer = await reach(server.signUp({ email, password }));
  if (!answer.error) return answer.data.session === null;
  if (isKnownAlready(answer.error)) return true;
  throw refusal(answer.error);
}

/**
 * How Supabase Auth refuses an address that it knows: outright where addresses need no confirmation, and by the time between two
 * mails to one person where the confirmation is pending. The project's own mail limit has the same code, but another message.
 */
function isKnownAlready({ code, message }: AuthError): boolean {
  return code === "user_already_exists" || code === "email_exists" ||
    (code === "over_email_send_rate_limit" && message.startsWith("For security purposes"));
}
