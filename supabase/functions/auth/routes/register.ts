import type { AuthError } from "@supabase/supabase-js";
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
import { databaseProblem, serviceClient } from "../../_shared/database/db.ts";
import { Problem } from "../../_shared/http/problem.ts";
import { authServer, reach, refusal } from "../auth_server.ts";
import type { AuthServer } from "../types.ts";
import { limitedByAddress } from "../limits.ts";
import { startDelay } from "../response_delay.ts";
import { RegisterBody, RegisteredSchema } from "../schemas.ts";

const route = createRoute({
  method: "post",
  path: "/register",
  operationId: "register",
  tags: ["auth"],
  summary: "Sign up",
  description:
    "Mails a link to the address; following it makes the account, with an organization of its own or, with an invitation, in the " +
    "one that invited. An address that is registered already gets the same answer, and keeps its password.",
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
    const registration = c.req.valid("json");
    const { email, username } = registration;
    const delay = startDelay();
    await refuseTaken(username);
    const confirmation_required = await signUp(authServer(c), registration);
    await delay();
    return c.json(
      checked(RegisteredSchema, { user: { email, username }, confirmation_required }),
      201,
    );
  });
}

/** Usernames are no secret, addresses are. A username counts as taken once its owner has confirmed their address. */
async function refuseTaken(username: string): Promise<void> {
  const { data, error } = await serviceClient().from("users").select("id").eq("username", username)
    .limit(1);
  if (error) throw databaseProblem(error);
  if (data.length > 0) throw new Problem("username_taken", "This username is taken");
}

/** Signs up, or does as if; answers whether the address has to be confirmed. SQL takes the data over once it is. */
async function signUp(
  server: AuthServer,
  { email, password, ...data }: z.output<typeof RegisterBody>,
): Promise<boolean> {
  const answer = await reach(server.signUp({ email, password, options: { data } }));
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
