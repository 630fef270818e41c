import { createApp } from "../_shared/http/app.ts";
import { bodyLimits } from "../_shared/intake/body.ts";
import { bodyTypes } from "./body.ts";
import { clientPaths, clients } from "./routes/clients.ts";
import { clientsOfPages } from "./routes/clients_of_pages.ts";
import { postBatch } from "./routes/batch.ts";
import { postEvent } from "./routes/event.ts";
import { postPersons } from "./routes/persons.ts";
import { postBeacon, postJitsu, postSegment } from "./routes/segment.ts";
import { settings } from "./routes/settings.ts";
import { segmentCalls } from "./formats/segment.ts";

const paths = [
  "/track",
  ...["batch", "identify", "alias", "group"].map((route) => `/track/${route}`),
  ...Object.keys(segmentCalls).map((call) => `/track/v1/${call}`),
  "/track/beacon/v1/batch",
  ...Object.keys(segmentCalls).flatMap((call) => [
    `/track/jitsu/api/s/${call}`,
    `/track/jitsu/api/s/s2s/${call}`,
  ]),
  ...clientPaths,
];

export const app = createApp("track", {
  isStrict: false, // PostHog's and RudderStack's paths end with a slash, and others' do not
  maxBody: bodyLimits.events,
  anyOrigin: ["/track"],
  packed: paths,
  mediaTypes: Object.fromEntries(paths.map((path) => [path, bodyTypes])),
});

postEvent(app);
postBatch(app);
postPersons(app);
postSegment(app);
postBeacon(app);
postJitsu(app);
settings(app);
clients(app);
clientsOfPages(app);
