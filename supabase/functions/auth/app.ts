import { createApp } from "../_shared/http/app.ts";
import { postConfirm } from "./routes/confirm.ts";
import { me } from "./routes/me.ts";
import { passwordReset } from "./routes/password.ts";
import { postRegister } from "./routes/register.ts";
import { session } from "./routes/session.ts";
import { postToken } from "./routes/token.ts";

export const app = createApp("auth", {
  mediaTypes: {
    // What an OAuth 2 client sends for the password grant (RFC 6749, section 4.3.2).
    "/auth/token": ["application/json", "application/x-www-form-urlencoded"],
  },
});

postToken(app);
session(app);
postRegister(app);
postConfirm(app);
me(app);
passwordReset(app);
