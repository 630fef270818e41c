#!/usr/bin/env bash
# @jitsu/js 1.11.0 speaks Segment's protocol, whose browser library puts the write key into the body, because a beacon has no
# headers of its own.
# One would guess that `writeKey` of Jitsu's body is the key as well. It is not: the body carries it with its secret part replaced
# by asterisks, the true one is in `X-Write-Key` alone. A server that prefers the body's key, as Segment's clients require,
# answers 401 to every event. And that is not heard of: `track` resolves all the same, and nothing is sent again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @jitsu/js@1.11.0

cat >probe.mjs <<'JS'
import { createServer } from "node:http";
import { jitsuAnalytics } from "@jitsu/js";

let requests = 0;
const server = createServer((request, response) => {
  requests++;
  const parts = [];
  request.on("data", (part) => parts.push(part)).on("end", () => {
    const { writeKey } = JSON.parse(Buffer.concat(parts));
    console.log(`${request.url}: header ${request.headers["x-write-key"]}, body ${writeKey}`);
    response.writeHead(401, { "content-type": "application/json" }).end("{}");
  });
}).listen(0, "127.0.0.1", async () => {
  const client = jitsuAnalytics({
    host: `http://127.0.0.1:${server.address().port}`,
    writeKey: "name:word",
  });
  const outcome = await client.track("Signed Up").then(() => "resolved", () => "rejected");
  console.log(`track ${outcome} after ${requests} request`);
  server.closeAllConnections();
  server.close();
});
JS
cat >expected <<'TEXT'
/api/s/track: header name:word, body name:***
track resolved after 1 request
TEXT
node probe.mjs 2>/dev/null | tee seen
diff expected seen && echo "as seen on 2026-11-28"
