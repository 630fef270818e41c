import { createApp } from "../_shared/app.ts";
import { maxBodyBytes } from "./body.ts";
import { otlpTypes } from "./otlp/message.ts";
import { ingestSessions, ingestTypes } from "./routes/ingest.ts";
import { exportTelemetry } from "./routes/otlp.ts";

export const app = createApp("sessions", {
  maxBody: maxBodyBytes,
  mediaTypes: {
    "/sessions/ingest": ingestTypes,
    ...Object.fromEntries(
      ["traces", "logs", "metrics"].map((signal) => [`/sessions/otlp/v1/${signal}`, otlpTypes]),
    ),
  },
});

ingestSessions(app);
exportTelemetry(app);
