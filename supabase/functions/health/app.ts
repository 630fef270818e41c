import { createApp } from "../_shared/http/app.ts";
import { diskAlerts } from "./routes/disk_alerts.ts";
import { liveness } from "./routes/liveness.ts";
import { readiness } from "./routes/readiness.ts";
import { selfTest } from "./routes/self_test.ts";
import { status } from "./routes/status.ts";

export const app = createApp("health");

liveness(app);
readiness(app);
selfTest(app);
status(app);
diskAlerts(app);
