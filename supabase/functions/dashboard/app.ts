import { createApp } from "../_shared/http/app.ts";
import { tiles } from "./routes/tiles.ts";

export const app = createApp("dashboard");

tiles(app);
