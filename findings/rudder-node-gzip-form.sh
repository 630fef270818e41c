#!/usr/bin/env bash
# @rudderstack/rudder-sdk-node 3.0.13 as it is, and what a server gets of one message.
# One would guess `Content-Type: application/json`: the body is JSON, and gzip is told by `Content-Encoding`. But axios gives bytes
# that it did not make itself the type of a form, so that a server which looks at the type refuses every event, or takes it for
# a form without fields. And a retry repeats the bytes, with the `sentAt` of the first try: a server that corrects clocks by it
# moves the event by the delay.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @rudderstack/rudder-sdk-node@3.0.13

cat >probe.mjs <<'JS'
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const sentAt = [];
const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => {
    sentAt.push(JSON.parse(gunzipSync(Buffer.concat(parts))).sentAt);
    const { "content-type": type, "content-encoding": encoding } = request.headers;
    if (sentAt.length === 1) console.log(`${request.url} as ${type}, ${encoding}`);
    response.writeHead(sentAt.length === 1 ? 503 : 200).end("{}");
  });
}).listen(0, "127.0.0.1", async () => {
  const client = new RudderAnalytics("key", {
    dataPlaneUrl: `http://127.0.0.1:${server.address().port}`,
    axiosRetryConfig: { retryDelay: () => 1500 },
    logLevel: "none",
  });
  client.track({ userId: "ada", event: "Paid" });
  await client.flush();
  console.log(`${sentAt.length} tries, ${new Set(sentAt).size} sentAt`);
  server.closeAllConnections();
  server.close();
});
JS
cat >expected <<'TEXT'
/v1/batch as application/x-www-form-urlencoded, gzip
2 tries, 1 sentAt
TEXT
node probe.mjs 2>/dev/null | tee seen
diff expected seen && echo "as seen on 2026-11-28"
