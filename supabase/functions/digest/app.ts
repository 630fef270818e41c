import { createApp } from "../_shared/http/app.ts";
import { getDeliveries } from "./routes/deliveries.ts";
import { postEvents } from "./routes/events.ts";
import { preferences } from "./routes/preferences.ts";
import { getPreview } from "./routes/preview.ts";
import { getRuns } from "./routes/runs.ts";
import { unsubscribe } from "./routes/unsubscribe.ts";
import { postWeekly } from "./routes/weekly.ts";

export const app = createApp("digest", {
  mediaTypes: {
    // What RFC 8058 has a mail client send.
    "/digest/unsubscribe": ["application/x-www-form-urlencoded", "multipart/form-data"],
  },
});

postWeekly(app);
getPreview(app);
preferences(app);
unsubscribe(app);
getRuns(app);
getDeliveries(app);
postEvents(app);
