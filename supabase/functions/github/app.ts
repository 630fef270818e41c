import { createApp } from "../_shared/http/app.ts";
import { connection } from "./routes/connection.ts";
import { repositories } from "./routes/repositories.ts";
import { user } from "./routes/user.ts";
import { webhook } from "./routes/webhook.ts";

/** GitHub sends no more: it drops a delivery whose payload is larger. */
const webhookLimit = 25 * 1024 * 1024;

export const app = createApp("github", {
  maxBodyAt: { "/github/webhook": webhookLimit },
  mediaTypes: {
    "/github/webhook": ["application/json", "application/x-www-form-urlencoded"],
  },
});

webhook(app);
user(app);
repositories(app);
connection(app);
