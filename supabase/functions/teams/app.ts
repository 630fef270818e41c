import { createApp } from "../_shared/http/app.ts";
import { members } from "./routes/members.ts";
import { repositories } from "./routes/repositories.ts";
import { teams } from "./routes/teams.ts";

export const app = createApp("teams");

teams(app);
members(app);
repositories(app);
