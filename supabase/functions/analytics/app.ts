import { createApp } from "../_shared/app.ts";
import { activeUsers } from "./routes/active_users.ts";
import { breakdown } from "./routes/breakdown.ts";
import { discovery } from "./routes/discovery.ts";
import { drops } from "./routes/drops.ts";
import { exportPerson } from "./routes/export.ts";
import { flow } from "./routes/flow.ts";
import { funnel } from "./routes/funnel.ts";
import { overview } from "./routes/overview.ts";
import { persons } from "./routes/persons.ts";
import { retention } from "./routes/retention.ts";
import { sessions } from "./routes/sessions.ts";

export const app = createApp("analytics");

overview(app);
activeUsers(app);
retention(app);
funnel(app);
breakdown(app);
sessions(app);
flow(app);
discovery(app);
persons(app);
exportPerson(app);
drops(app);
