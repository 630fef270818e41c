import { createApp } from "../_shared/http/app.ts";
import { overview } from "./routes/overview.ts";
import { tiles } from "./routes/tiles.ts";

export const app = createApp("dashboard");

overview(app);
tiles(app);
