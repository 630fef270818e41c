import { createRoute } from "@hono/zod-openapi";
import type { App } from "../../_shared/http/app.ts";
import { recordIn } from "../formats/common.ts";
import { answers, clientsOf, take } from "../clients.ts";
import { decodedAs } from "../decoded.ts";
import { judgeOpenpanel } from "../formats/openpanel.ts";
import { judgePlausible, judgeUmami } from "../formats/pages.ts";
import { judgeSnowplow } from "../formats/snowplow.ts";

const withoutIds =
  "It gives events no id: one that its client sends again, because the answer was lost, is another one.";

/** `POST /track/openpanel/track`, `/track/umami/api/send`, `/track/plausible/api/event` and Snowplow's `tp2` */
export function clientsOfPages(app: App): void {
  const openpanel = createRoute({
    method: "post",
    path: "/openpanel/track",
    operationId: "postOpenpanel",
    tags: ["track"],
    summary: "Take what OpenPanel's libraries send",
    description: `The key is the client id, in the header \`openpanel-client-id\`. ${withoutIds}`,
    ...clientsOf(
      decodedAs("events", () => undefined, (c) => c.req.header("openpanel-client-id")),
    ),
    responses: answers("JSON, without which its libraries send the same again"),
  });
  app.openapi(openpanel, async (c) => {
    await take(c, judgeOpenpanel, { sentAt: () => undefined, timeField: "__timestamp" });
    return c.json({ deviceId: "", sessionId: "" }, 200);
  });

  const umami = createRoute({
    method: "post",
    path: "/umami/api/send",
    operationId: "postUmami",
    tags: ["track"],
    summary: "Take what Umami's script and libraries send",
    description: `The key is the id of the website. ${withoutIds}`,
    ...clientsOf(decodedAs("events", (item) => recordIn(item, "payload")["website"])),
    responses: answers("JSON, as its script expects"),
  });
  app.openapi(umami, async (c) => {
    await take(c, judgeUmami, { sentAt: () => undefined, timeField: "timestamp" });
    return c.json({ cache: "", sessionId: "", visitId: "" }, 200);
  });

  const plausible = createRoute({
    method: "post",
    path: "/plausible/api/event",
    operationId: "postPlausible",
    tags: ["track"],
    summary: "Take what Plausible's script and libraries send",
    description: `The key is the domain. ${withoutIds}`,
    ...clientsOf(decodedAs("events", (item) => item["domain"] ?? item["d"])),
    responses: answers("`ok`"),
  });
  app.openapi(plausible, async (c) => {
    await take(c, judgePlausible, { sentAt: () => undefined, timeField: "timestamp" });
    return c.json("ok", 200);
  });

  const snowplow = createRoute({
    method: "post",
    path: "/snowplow/com.snowplowanalytics.snowplow/tp2",
    operationId: "postSnowplow",
    tags: ["track"],
    summary: "Take what Snowplow's trackers post",
    description: "The key is the app id. `eid` and `dtm` identify an event.",
    ...clientsOf(decodedAs("data", (item) => item["aid"])),
    responses: answers("`ok`"),
  });
  app.openapi(snowplow, async (c) => {
    // Each event says anew with each try when it was sent.
    const sentAt = ({ items: [first] }: { items: unknown[] }) =>
      recordIn({ first: first as unknown }, "first")["stm"];
    await take(c, judgeSnowplow, { sentAt, isRenewed: true, timeField: "dtm" });
    return c.json("ok", 200);
  });
}
