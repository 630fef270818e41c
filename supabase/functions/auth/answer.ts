import type { Session } from "@supabase/supabase-js";
import type { Context } from "hono";
import type { z } from "@hono/zod-openapi";
import { checked } from "../_shared/http/app.ts";
import { type AppEnv, auditHeaders } from "../_shared/http/auth.ts";
import { rpc, userClient } from "../_shared/database/db.ts";
import { ProfileSchema, SessionSchema } from "./schemas.ts";

/** A session as the API answers it, with the profile of whom it belongs to. */
export async function sessionAnswer(
  c: Context<AppEnv>,
  { access_token, expires_in, refresh_token }: Session,
): Promise<z.output<typeof SessionSchema>> {
  const user = await rpc(
    userClient(access_token, auditHeaders(c)),
    "my_profile",
    {},
    ProfileSchema,
  );
  return checked(SessionSchema, {
    access_token,
    token_type: "bearer",
    expires_in,
    refresh_token,
    user,
  });
}
