import { createApp } from "../_shared/http/app.ts";
import { bodyLimits } from "../_shared/intake/body.ts";
import { connection } from "./routes/connection.ts";
import { repositories } from "./routes/repositories.ts";
import { user } from "./routes/user.ts";
import { webhook } from "./routes/webhook.ts";

export const app = createApp("github", {
  maxBodyAt: { "/github/webhook": bodyLimits.webhook },
  streamed: ["/github/webhook"],
  mediaTypes: {
    "/github/webhook": ["application/json", "application/x-www-form-urlencoded"],
  },
});

webhook(app);
user(app);
repositories(app);
connection(app);
