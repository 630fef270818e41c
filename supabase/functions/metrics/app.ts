import { createApp } from "../_shared/http/app.ts";
import { aiKpis } from "./ai/routes/kpis.ts";
import { doraBreakdown } from "./dora/routes/breakdown.ts";
import { doraFilterOptions } from "./dora/routes/filter_options.ts";
import { doraForecast } from "./dora/routes/forecast.ts";
import { doraMetricRoutes } from "./dora/routes/metric.ts";
import { postDora } from "./dora/routes/posted.ts";
import { doraSummary } from "./dora/routes/summary.ts";
import { doraTrend } from "./dora/routes/trend.ts";
import { catalog } from "./tiles/routes/catalog.ts";
import { ingest } from "./tiles/routes/ingest.ts";
import { timeline } from "./tiles/routes/timeline.ts";

export const app = createApp("metrics", { anyOrigin: ["/metrics/ingest"] });

ingest(app);
timeline(app);
catalog(app);
aiKpis(app);
doraSummary(app);
doraMetricRoutes(app);
doraTrend(app);
doraBreakdown(app);
doraFilterOptions(app);
doraForecast(app);
postDora(app);
