import { createApp } from "../_shared/http/app.ts";
import { bodyLimits } from "../_shared/intake/body.ts";
import { otlpTypes, statusErrors } from "./formats/otlp/message.ts";
import { getCostChanges } from "./routes/changes.ts";
import { getCostForecast } from "./routes/cost_forecast.ts";
import { listDeadLetters } from "./routes/dead_letters.ts";
import { developers } from "./routes/developers.ts";
import { ingestSessions, ingestTypes } from "./routes/ingest.ts";
import { listSessions } from "./routes/list.ts";
import { exportTelemetry } from "./routes/otlp.ts";
import { policies } from "./routes/policies.ts";
import { prices } from "./routes/prices.ts";
import { getSession } from "./routes/session.ts";
import { listSources } from "./routes/sources.ts";
import { getSpend } from "./routes/spend.ts";
import { getUsage } from "./routes/usage.ts";
import { getYield } from "./routes/yield.ts";

const telemetry = ["traces", "logs", "metrics"].map((signal) => `/sessions/otlp/v1/${signal}`);

export const app = createApp("sessions", {
  maxBody: bodyLimits.sessionLines,
  errorsAt: { "/otlp/*": statusErrors() },
  streamed: ["/sessions/ingest"],
  packed: ["/sessions/ingest", ...telemetry],
  mediaTypes: {
    "/sessions/ingest": ingestTypes,
    ...Object.fromEntries(telemetry.map((path) => [path, otlpTypes])),
  },
});

ingestSessions(app);
exportTelemetry(app);
listSessions(app);
getYield(app);
prices(app);
policies(app);
listDeadLetters(app);
listSources(app);
developers(app);
getSpend(app);
getUsage(app);
getCostForecast(app);
getCostChanges(app);
// Last: what has a name of its own is no session's id.
getSession(app);
