import { createApp } from "../_shared/http/app.ts";
import { seedUser } from "./routes/seed_user.ts";

export const app = createApp("dev");

seedUser(app);
