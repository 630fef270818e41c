import { createApp } from "../_shared/http/app.ts";
import { alerts } from "./routes/alerts.ts";
import { budgets } from "./routes/budgets.ts";
import { insights } from "./routes/insights.ts";

export const app = createApp("insights");

insights(app);
budgets(app);
alerts(app);
