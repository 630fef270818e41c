import { createApp } from "../_shared/http/app.ts";
import { deadLetters } from "./routes/dead_letters.ts";
import { followRun } from "./routes/events.ts";
import { jobs } from "./routes/jobs.ts";
import { runs } from "./routes/runs.ts";
import { postTick } from "./routes/tick.ts";

export const app = createApp("etl");

jobs(app);
runs(app);
followRun(app);
deadLetters(app);
postTick(app);
