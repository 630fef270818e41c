import { createApp } from "../_shared/http/app.ts";
import { bodyLimits } from "../_shared/intake/body.ts";
import { bodyTypes } from "./body.ts";
import { postBatch } from "./routes/batch.ts";
import { postEvent } from "./routes/event.ts";
import { postPersons } from "./routes/persons.ts";
import { postSegment } from "./routes/segment.ts";
import { segmentCalls } from "./formats/segment.ts";

const paths = [
  "/track",
  ...["batch", "identify", "alias", "group"].map((route) => `/track/${route}`),
  ...Object.keys(segmentCalls).map((call) => `/track/v1/${call}`),
];

export const app = createApp("track", {
  maxBody: bodyLimits.events,
  anyOrigin: ["/track"],
  packed: paths,
  mediaTypes: Object.fromEntries(paths.map((path) => [path, bodyTypes])),
});

postEvent(app);
postBatch(app);
postPersons(app);
postSegment(app);
