#!/usr/bin/env bash
# @amplitude/analytics-node 1.5.73 posting to a server of one's own (`serverUrl`), which stores the event and answers 200 with JSON.
# One would guess that a 2xx is success. The status is not read at all: only a number `code` in the body is. Without one the
# event is sent again and again, twelve times unless `flushMaxRetries` says otherwise, though each try succeeded, and `track`
# resolves in the end with code 500. With `{"code": 200}` it is sent once, even if the status is a 503.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @amplitude/analytics-node@1.5.73

cat >probe.mjs <<'JS'
import { createServer } from "node:http";
import { createInstance } from "@amplitude/analytics-node";

const answers = { "/success": [200, { success: true }], "/code": [503, { code: 200 }] };
const requests = { "/success": 0, "/code": 0 };
const server = createServer((request, response) => {
  const [status, body] = answers[request.url];
  requests[request.url]++;
  request.resume().on("end", () => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
}).listen(0, "127.0.0.1", async () => {
  for (const path of Object.keys(answers)) {
    const client = createInstance();
    const serverUrl = `http://127.0.0.1:${server.address().port}${path}`;
    const options = { serverUrl, flushIntervalMillis: 10, flushMaxRetries: 3, logLevel: 0 };
    await client.init("key", options).promise;
    const { code } = await client.track("paid", {}, { user_id: "ada-1" }).promise;
    const [status, body] = answers[path];
    console.log(`${status} ${JSON.stringify(body)}: ${requests[path]} requests, code ${code}`);
  }
  server.closeAllConnections();
  server.close();
});
JS
cat >expected <<'TEXT'
200 {"success":true}: 3 requests, code 500
503 {"code":200}: 1 requests, code 200
TEXT
node probe.mjs 2>/dev/null | tee seen
diff expected seen && echo "as seen on 2026-11-28"
