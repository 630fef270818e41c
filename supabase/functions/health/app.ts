import { createApp } from "../_shared/http/app.ts";
import { liveness } from "./routes/liveness.ts";
import { readiness } from "./routes/readiness.ts";
import { status } from "./routes/status.ts";

export const app = createApp("health");

liveness(app);
readiness(app);
status(app);
