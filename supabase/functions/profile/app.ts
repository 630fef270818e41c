import { createApp } from "../_shared/http/app.ts";
import { profile } from "./routes/profile.ts";

export const app = createApp("profile");

profile(app);
